import { htmlEscape as html } from 'escape-goat'
import { LANGUAGES } from '../domain/languages.ts'
import type { WebPage } from '../kit.ts'

const NAMES = { fi: 'Suomeksi', sv: 'På svenska', en: 'In English' }

const STYLE = `
  :root { color-scheme: light dark; --ink: #14212b; --soft: #4a5b68; --paper: #fff; --line: #0b4f71 }
  @media (prefers-color-scheme: dark) { :root { --ink: #eef3f6; --soft: #b4c2cc; --paper: #11191f; --line: #6fc0e6 } }
  body { font: 1.125rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 42rem; margin: 2rem auto; padding: 0 1.25rem }
  h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; border-left: .4rem solid var(--line); padding-left: .8rem }
  h2 { font-size: 1.125rem; margin: 1.25rem 0 .25rem } p { margin: .25rem 0 .75rem }
  .summary { font-size: 1.25rem } .facts, .origin, footer { color: var(--soft); font-size: .95rem }
  li { margin: .4rem 0 } .question { border: .1rem solid var(--line); border-radius: .5rem; padding: .75rem 1rem }
  nav a { color: inherit; margin-right: 1rem } footer { margin-top: 2rem; border-top: 1px solid var(--soft); padding-top: .5rem }
  @media print { nav { display: none } body { margin: 0; max-width: none; color: #000; background: #fff } }`

/** A whole page: readable on a phone, in the dark, by a screen reader and on one sheet of paper. Runs no script. */
export function pageHtml(page: WebPage, labels: { footer: string }, path: string): string {
  const links = LANGUAGES.filter((language) => language !== page.language)
    .map((language) => html`<a lang="${language}" href="${path}?lang=${language}">${NAMES[language]}</a>`)
    .join('')
  return `<!doctype html>
<html lang="${page.language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${html`${page.title}`} – Luotsi</title><style>${STYLE}</style></head>
<body><nav>${links}</nav><main>${page.body}</main><footer>${html`${labels.footer}`}</footer></body>
</html>`
}
