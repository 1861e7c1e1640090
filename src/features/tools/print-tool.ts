import { htmlEscape as html } from 'escape-goat'
import { toolFacts, withoutLabel } from '../../domain/tool-facts.ts'
import type { Language } from '../../domain/languages.ts'
import type { Kit, WebPage } from '../../kit.ts'

/** A tool on one page for the wall of a break room. */
export function printTool(kit: Kit, id: string, language: Language): WebPage | undefined {
  const tool = kit.library().tools.get(id)
  if (tool === undefined) return undefined
  const t = kit.strings(language)
  const text = tool.text[language]
  const section = (label: string, body: string) =>
    html`<h2>${label}</h2>
      <p>${body}</p>`
  const body = [
    html`<h1>${text.title}</h1>
      <p class="summary">${text.summary}</p>
      <p class="facts">${toolFacts(tool, language, t)}</p>`,
    html`<p>${text.when}</p>
      <h2>${t('tool.steps')}</h2>`,
    `<ol>${text.steps.map((step) => html`<li>${step}</li>`).join('')}</ol>`,
    section(t('tool.outcome'), text.outcome),
    section(t('tool.remote'), withoutLabel(t('tool.remote'), text.remote_tip)),
    section(t('tool.avoid'), text.avoid),
    section(t('tool.care'), text.care),
    html`<p class="question"><strong>${t('tool.followUp')}:</strong> ${text.follow_up}</p>
      <p class="origin">${text.origin}</p>`,
  ].join('\n')
  return { language, title: text.title, body }
}
