import { htmlEscape as html } from 'escape-goat'
import type { Language } from '../../domain/languages.ts'
import type { Kit, WebPage } from '../../kit.ts'

/** A page of content/pages by its id. */
export function showTextPage(id: string): (kit: Kit, _: string, language: Language) => WebPage | undefined {
  return (kit, _, language) => {
    const page = kit.library().pages.get(id)?.text[language]
    if (page === undefined) return undefined
    const sections = page.sections.map(
      ({ heading, paragraphs }) =>
        html`<h2>${heading}</h2>` + paragraphs.map((paragraph) => html`<p>${paragraph}</p>`).join('\n'),
    )
    return { language, title: page.title, body: [html`<h1>${page.title}</h1>`, ...sections].join('\n') }
  }
}
