import { htmlEscape as html } from 'escape-goat'
import type { Language } from '../../domain/languages.ts'
import type { Kit, WebPage } from '../../kit.ts'

/** The address that Teams shows as the app's web site: what Luotsi is, and the pages about privacy. */
export function showFrontPage(kit: Kit, _: string, language: Language): WebPage {
  const t = kit.strings(language)
  const links = (['privacy', 'terms', 'accessibility'] as const).map((id) => {
    const title = kit.library().pages.get(id)?.text[language].title ?? id
    return html`<p><a href="/${id}?lang=${language}">${title}</a></p>`
  })
  const intro = html`<h1>${t('welcome.title')}</h1>
    <p class="summary">${t('welcome.invitation')} ${t('welcome.example')}</p>`
  return { language, title: t('welcome.title'), body: [intro, ...links].join('\n') }
}
