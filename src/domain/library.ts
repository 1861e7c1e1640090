/** Everything the content folder says, checked. */
import type { Contacts, Elsewhere, Page, Question, Theme, Theory, Tool } from './content.ts'
import type { Commands } from './commands.ts'
import type { SearchIndex } from './search.ts'

export type Library = {
  /** Published tools, by id. */
  tools: ReadonlyMap<string, Tool>
  /** Published themes, in the order in which they are listed. */
  themes: readonly Theme[]
  theories: ReadonlyMap<string, Theory>
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
