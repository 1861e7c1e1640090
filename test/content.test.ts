import { beforeAll, describe, expect, it } from '@jest/globals'
import type { CheckOptions, Finding } from '../src/domain/content-findings.ts'
import { sentenceOf } from '../src/domain/content-messages.ts'
import { PHASES, type Content } from '../src/domain/content.ts'
import { LANGUAGES } from '../src/domain/languages.ts'
import type { Library } from '../src/domain/library.ts'
import { findingsOf, libraryOf } from '../src/platform/content.ts'

const OPTIONS: CheckOptions = { today: '2026-11-26', linkHosts: [] }

describe('the content of the repository', () => {
  let content: Content
  let findings: Finding[]
  let library: Library
  beforeAll(async () => {
    ;({ content, findings } = await findingsOf('content', OPTIONS))
    if (content.lexicon === undefined) throw new Error('the words of the search were not read')
    library = libraryOf(content, content.lexicon)
  }, 60_000)

  it('has no errors', () => {
    const errors = findings.filter(({ level }) => level === 'error')
    expect(errors.map((finding) => sentenceOf(finding, 'en'))).toEqual([])
  })

  it('has the whole bank: 14 themes, 99 tools in the lists of their themes, 31 check-in questions', () => {
    expect(library.themes).toHaveLength(14)
    expect(library.tools.size).toBe(99)
    expect(library.themes.flatMap(({ tools }) => tools).toSorted()).toEqual([...library.tools.keys()].toSorted())
    expect(library.themes.every(({ theory }) => theory.length > 0)).toBe(true)
    expect(content.questions).toHaveLength(31)
  })

  it('has four webinars of an hour or more at 13.00 in Helsinki, each of a theme that is launched with it', () => {
    const { webinars, launches, themes } = library
    expect(webinars.map(({ start, zone }) => `${start} ${zone}`)).toEqual([
      '2026-12-03T13:00 Europe/Helsinki',
      '2026-12-10T13:00 Europe/Helsinki',
      '2027-01-14T13:00 Europe/Helsinki',
      '2027-02-11T13:00 Europe/Helsinki',
    ])
    for (const { id, theme } of webinars) {
      expect(launches.get(theme)?.webinar).toBe(id)
      expect(themes.find((one) => one.id === theme)?.webinar).toBe(id)
    }
    expect(launches.size).toBe(4)
  })

  it('says of each theme when it helps most, and has themes and tools for every phase', () => {
    for (const phase of PHASES) {
      const fitting = library.themes.filter((theme) => theme.phase.includes(phase))
      expect(fitting.length).toBeGreaterThan(0)
      expect(fitting.length).toBeLessThan(library.themes.length)
      expect([...library.tools.values()].some((tool) => tool.phase.includes(phase))).toBe(true)
    }
  })

  it('finds every tool by its title and by each of its everyday phrases, in each language', () => {
    const asked = [...library.tools.values()].flatMap(({ id, text }) =>
      LANGUAGES.flatMap((language) =>
        [text[language].title, ...text[language].needs].map((words) => ({ id, language, words })),
      ),
    )
    const lost = asked.filter(({ id, language, words }) =>
      library.index
        .find(words, language)
        .matches.slice(0, 3)
        .every((match) => match.id !== id),
    )
    expect(asked.length).toBeGreaterThan(5000)
    expect(lost).toEqual([])
  })
})
