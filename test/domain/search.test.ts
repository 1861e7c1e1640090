import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { LANGUAGES, type InLanguages, type Language } from '../../src/domain/languages.ts'
import { openIndex, RECIPE, type Lexicon, type SearchDocument } from '../../src/domain/search.ts'

const tool = (id: string, texts: InLanguages<[title: string, when: string, ...needs: string[]]>): SearchDocument[] =>
  LANGUAGES.map((language) => {
    const [title, when, ...needs] = texts[language]
    return { id, language, title, when, needs, keywords: [], summary: '', theme: '' }
  })

const documents = [
  ...tool('feedback', {
    fi: ['Palaute kolmessa lauseessa', 'Kun haluat antaa palautetta.', 'sanon vain hyvin tehty', 'moitteet jää väliin'],
    sv: [
      'Återkoppling i tre meningar',
      'När du vill ge återkoppling.',
      'hur ger jag kritik',
      'det blir bara bra jobbat',
    ],
    en: [
      'Feedback in three sentences',
      'When you want to give feedback.',
      'my praise sounds empty',
      'criticism is hard',
    ],
  }),
  ...tool('meeting', {
    fi: ['Kokous, jossa sovitaan', 'Kun kokous päättyy ilman sopimusta.', 'palaveri venyy', 'käteen jäi nolla'],
    sv: ['Ett möte där ni kommer överens', 'När mötet drar ut på tiden.', 'palavern blir lång', 'inget blir gjort'],
    en: [
      'A meeting that ends with agreements',
      'When meetings drag on.',
      'we talk and nothing gets done',
      'no minutes',
    ],
  }),
  ...tool('worries', {
    fi: ['Huolet pöydälle', 'Kun tiimissä on epävarmuutta.', 'porukka pelkää', 'käytävillä supistaan'],
    sv: ['Sätt ord på oron', 'När det finns osäkerhet i teamet.', 'folk är rädda', 'det viskas i korridorerna'],
    en: [
      'Put worries on the table',
      'When there is uncertainty in the team.',
      'people are scared',
      'rumours are flying',
    ],
  }),
  ...tool('boss', {
    fi: ['Roolini ja odotukset', 'Kun et tiedä, mitä esihenkilö odottaa.', 'oma pomo ei vastaa', 'suunta vaihtuu aina'],
    sv: [
      'Min roll och förväntningarna',
      'När chefens förväntningar är oklara.',
      'min chef svarar inte',
      'vem bestämmer',
    ],
    en: ['My role and what is expected', 'When your own manager is vague.', 'my boss never answers', 'who decides'],
  }),
]

const lexicon: Lexicon = {
  stopWords: read('stop-words') as Lexicon['stopWords'],
  concepts: read('concepts') as Lexicon['concepts'],
  // Of four tools none can be much likelier than the average one: the bank's threshold is for the bank.
  threshold: 0.5,
  care: read('care') as Lexicon['care'],
}
/** Most of what an index takes to open is learning the words of all concepts. */
const wordsAlone: Lexicon = { ...lexicon, concepts: {} }
const index = openIndex(documents, lexicon)
const first = (text: string, prefer: Language = 'fi'): string | undefined => index.find(text, prefer).matches[0]?.id

describe('search by own words', () => {
  it.each([
    ['meidän palaverit venyy ja venyy', 'meeting'],
    ['folk viskar och är rädda', 'worries'],
    ['how do I give criticism without hurting', 'feedback'],
    ['pomoni vaihtaa suuntaa', 'boss'],
  ])('finds the tool for "%s"', (text, id) => {
    expect(first(text)).toBe(id)
  })

  it('answers each tool once, best first, in the language it was found in', () => {
    const { language, matches } = index.find('kokous ja palaute ja pelko', 'fi')
    expect(language).toBe('fi')
    expect(new Set(matches.map(({ id }) => id)).size).toBe(matches.length)
    expect(matches.map(({ score }) => score)).toEqual(matches.map(({ score }) => score).sort((a, b) => b - a))
    expect(matches.every((match) => match.language === 'fi')).toBe(true)
  })

  it('tells the language of the message, and takes the preferred one where the message does not', () => {
    expect(index.find('hur ger jag kritik till någon', 'fi').language).toBe('sv')
    expect(index.find('???', 'sv').language).toBe('sv')
  })

  it('finds a word of another language, for less', () => {
    const bank = documents.filter(({ language }) => language !== 'fi')
    const find = (otherLanguage: number) =>
      openIndex(bank, wordsAlone, { ...RECIPE, otherLanguage }).find('miten annan rumours työpaikalla', 'fi').matches[0]
    expect(find(RECIPE.otherLanguage)).toMatchObject({ id: 'worries', language: 'en' })
    expect((find(0.6)?.score ?? 0) / (find(1)?.score ?? 0)).toBeCloseTo(0.6)
    expect(find(RECIPE.otherLanguage)?.score).toBe(find(0.6)?.score)
  })

  it.each([
    ['epavarmuutta tiimissa', 'worries'],
    ['aterkoppling', 'feedback'],
    ['overenskommelser pa motet', 'meeting'],
  ])('reads "%s" without its dots', (text, id) => {
    expect(first(text)).toBe(id)
  })

  it.each(['esimies', 'oma esimieheni', 'min förman', 'förmannen'])('knows the old word "%s"', (text) => {
    expect(first(text)).toBe('boss')
  })

  it.each([
    ['palvaeri venyy', 'meeting'],
    ['palautteet', 'feedback'],
    ['critiscism', 'feedback'],
    ['osäkrhet', 'worries'],
  ])('forgives the slip in "%s"', (text, id) => {
    expect(first(text)).toBe(id)
  })

  it.each([
    ['kahvikäytävällä', 'worries'],
    ['lausekielto', 'feedback'],
    ['chefsförväntning', 'boss'],
  ])('finds the compound "%s" by a part of it', (text, id) => {
    expect(openIndex(documents, { ...wordsAlone, threshold: 0.3 }).find(text, 'fi').matches[0]?.id).toBe(id)
  })

  it('finds by an idiom none of whose words stands in the tool, with words in between', () => {
    const concepts = {
      agreeing: { fi: ['roikkua löysässä hirressä', 'sopimus-'], sv: ['i det blå', 'överens'], en: [] },
    }
    const bank = openIndex(documents, { ...lexicon, concepts })
    expect(bank.find('homma roikkuu vieläkin löysässä hirressä', 'fi').matches[0]?.id).toBe('meeting')
    expect(bank.find('allt är i det blå', 'sv').matches[0]?.id).toBe('meeting')
    expect(bank.find('hirressä löysässä', 'fi').matches[0]?.id).not.toBe('meeting')
  })

  it('takes a word that says nothing for no concept, though it looks like one', () => {
    const concepts = { loneliness: { fi: ['yksin'], sv: [], en: [] }, listening: { fi: ['kuulla'], sv: [], en: [] } }
    const lonely = tool('lonely', { fi: ['Yksin', 'kuulla', ''], sv: ['', ''], en: ['', ''] })
    const find = (text: string, words: string[]) =>
      openIndex([...documents, ...lonely], {
        ...lexicon,
        concepts,
        stopWords: { ...lexicon.stopWords, fi: words },
      }).find(text, 'fi').matches[0]?.id
    expect(find('yksi', [])).toBe('lonely')
    expect(find('yksi', ['yksi'])).toBeUndefined()
  })

  it('learns a concept from the phrases of any language of a tool', () => {
    const onlyInSwedish = documents.map((each) =>
      each.id === 'worries' && each.language === 'sv' ? { ...each, needs: ['alla är utbrända'] } : each,
    )
    const find = (recipe: typeof RECIPE) =>
      openIndex(onlyInSwedish, lexicon, recipe).find('uupumus', 'fi').matches[0]?.id
    expect(find(RECIPE)).toBe('worries')
    expect(find({ ...RECIPE, conceptsOfOtherLanguages: 0 })).not.toBe('worries')
  })

  it.each([
    'asdfghj',
    'qwe qwe zzz',
    '???',
    'a',
    'ö',
    '',
    '   ',
    '12345',
    '👍',
    'привет',
    '你好吗',
    'ja',
    'och',
    'the',
  ])('finds nothing for "%s"', (text) => {
    expect(index.find(text, 'fi').matches).toEqual([])
  })

  it('lists what has any of the words after one that fits, and nothing where none does', () => {
    const find = (threshold: number) =>
      openIndex(documents, { ...wordsAlone, threshold }).find('palaveri venyy, suunta', 'fi')
    const [best, second] = find(0).matches.map(({ score }) => score)
    if (best === undefined || second === undefined) throw new Error('Two matches are needed')
    expect(best).toBeGreaterThan(second)
    expect(find(best).matches.map(({ score }) => score)).toContain(second)
    expect(find(best * 1.01).matches).toEqual([])
  })

  it('searches a long message by its first 300 characters', () => {
    const start = 'palaveri venyy '.repeat(20)
    expect(index.find(`${start}porukka pelkää`, 'fi')).toEqual(index.find(start, 'fi'))
  })

  it('bears any text and any bank', () => {
    const banks = documents.map((_, size) => openIndex(documents.slice(0, size), wordsAlone))
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.constantFrom(...banks), (text, bank) => {
        const { matches } = bank.find(text, 'sv')
        return matches.length <= 12 && matches.every(({ score }) => !Number.isNaN(score) && score < Infinity)
      }),
    )
  })

  it('keeps its scores when tools about other things are added, so that the threshold stays right', () => {
    const others = Array.from({ length: 40 }, (_, copy) =>
      documents.map((each) => ({ ...other(each), id: `${each.id}-${copy}` })),
    ).flat()
    const score = (bank: SearchDocument[]): number =>
      openIndex(bank, wordsAlone).find('supistaan', 'fi').matches[0]?.score ?? 0
    const half = others.slice(0, others.length / 2)
    const change = score([...documents, ...others]) / score([...documents, ...half])
    expect(change).toBeGreaterThan(0.7)
    expect(change).toBeLessThan(1.4)
  })

  describe('among topics that belong elsewhere', () => {
    const topic = tool('lunch', {
      fi: ['Lounas', '', 'mitä ruokaa', 'ruokalista keittiöstä'],
      sv: ['Lunch', '', 'vad blir det för mat', 'matsedeln'],
      en: ['Lunch', '', 'what is there to eat', 'the menu'],
    }).map((document): SearchDocument => ({ ...document, elsewhere: true }))
    const bank = openIndex([...documents, ...topic], lexicon)

    it('gives the topic instead of tools where it fits much better', () => {
      expect(bank.find('mitä ruokaa on tänään', 'fi')).toMatchObject({ matches: [], elsewhere: 'lunch' })
      expect(index.find('mitä ruokaa on tänään', 'fi').elsewhere).toBeUndefined()
    })

    it('gives both where they come near each other', () => {
      const nearer = { ...RECIPE, elsewhereLead: 20, elsewhereBeside: 1000 }
      const both = openIndex([...documents, ...topic], lexicon, nearer).find(
        'palaveri venyy, mitä ruokaa, ruokalista',
        'fi',
      )
      expect(both.matches.map(({ id }) => id)).toContain('meeting')
      expect(both.elsewhere).toBe('lunch')
      expect(both.matches.map(({ id }) => id)).not.toContain('lunch')
    })

    it('gives tools alone where the topic is far behind', () => {
      expect(bank.find('palaveri venyy ja venyy', 'fi').elsewhere).toBeUndefined()
    })

    it('sends nobody elsewhere who may need care', () => {
      const found = bank.find('itsemurha, ruokalista', 'fi')
      expect(found.care).toBe(true)
      expect(found.elsewhere).toBeUndefined()
    })
  })

  it.each([
    ['työkaveri puhui itsemurhasta', true],
    ['en av mina anställda blev misshandlad', true],
    ['she burst into tears and ran out', true],
    ['palaveri venyy', false],
    ['inget blir gjort', false],
  ])('tells of "%s" whether somebody may be at risk: %s', (text, care) => {
    expect(index.find(text, 'fi').care).toBe(care)
  })

  it('speaks of care where the best tool is one for it', () => {
    const find = (tools: string[]) =>
      openIndex(documents, { ...wordsAlone, care: { ...lexicon.care, tools } }).find('porukka pelkää', 'fi')
    expect(find(['worries']).care).toBe(true)
    expect(find(['meeting']).care).toBe(false)
  })

  it('finds a tool by its keywords, an idiom never reaching from one into the next', () => {
    const words = documents.map((each) =>
      each.id === 'boss' && each.language === 'fi' ? { ...each, keywords: ['poukkoilu', 'jää', 'ilmaan'] } : each,
    )
    const bank = openIndex(words, lexicon)
    expect(bank.find('poukkoilua taas', 'fi').matches[0]?.id).toBe('boss')
    expect(index.find('poukkoilua taas', 'fi').matches[0]?.id).not.toBe('boss')
  })

  it('names the concept whose word is too short to look up', () => {
    const short = { ...lexicon, concepts: { change: { fi: ['ab-'], sv: [], en: [] } } }
    expect(() => openIndex(documents, short)).toThrow('Concept change: "ab" needs at least 3 letters')
  })
})

/** A tool of the same length with none of the words. */
function other(document: SearchDocument): SearchDocument {
  const vary = (text: string): string => text.replace(/\p{L}+/gu, (word) => `${word.length}bcdfg`)
  return { ...document, title: vary(document.title), when: vary(document.when), needs: document.needs.map(vary) }
}

function read(name: string): unknown {
  return parse(readFileSync(new URL(`../../content/search/${name}.yaml`, import.meta.url), 'utf8'))
}
