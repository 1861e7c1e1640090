/** Everything the content folder says, checked. */
import type { Contacts, Elsewhere, Launch, Page, Question, Theme, Theory, Tool, Webinar } from './content.ts'
import type { Commands } from './commands.ts'
import type { SearchIndex } from './search.ts'

export type Library = {
  /** Published tools, by id. */
  tools: ReadonlyMap<string, Tool>
  /** Published themes, in the order in which they are listed. */
  themes: readonly Theme[]
  theories: ReadonlyMap<string, Theory>
  /** Published webinars, the first to start first; those that are over stay until their file is taken away. */
  webinars: readonly Webinar[]
  /** What a theme is launched with, by the id of the theme. */
  launches: ReadonlyMap<string, Launch>
  /** Topics that belong elsewhere, by id. */
  elsewhere: ReadonlyMap<string, Elsewhere>
  /** The bank of check-in questions, in the order of the rotation. */
  questions: readonly Question[]
  contacts: Contacts
  /** The privacy, terms and accessibility pages, by id. */
  pages: ReadonlyMap<string, Page>
  index: SearchIndex
  commands: Commands
  /** For a message that hints at a person at risk or at a shock and fits no tool. */
  careTools: readonly string[]
}
