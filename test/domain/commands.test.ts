import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { openCommands } from '../../src/domain/commands.ts'
import { LANGUAGES, type InLanguages } from '../../src/domain/languages.ts'
import { stem, wordsOf } from '../../src/domain/words.ts'

type Words = { words: InLanguages<Record<string, string[]>>; polite: InLanguages<string[]> }

const file = readFileSync(new URL('../../content/search/commands.yaml', import.meta.url), 'utf8')
const { words, polite } = parse(file) as Words
const commands = openCommands(words, polite)
const find = (text: string): string | undefined => commands.find(text)?.command

const FORMS: Record<string, string> = {
  tool: `työkalu, työkalua, työkalun, työkalut, työkaluja, työkalujen, työkaluista, työkaluihin, vinkki, vinkin, vinkkiä,
    vinkit, vinkkejä, vinkkien, vinkeistä, verktyg, verktyget, verktygen, tips, tipset, tool, tools, tip, tips`,
  themes: 'teema, teeman, teemaa, teemat, teemoja, teemasta, teemoista, teemoihin, tema, teman, temat, themes, theme',
  checkin: `pulssi, pulssia, pulssin, pulsseja, viikkopulssi, viikkopulssin, puls, pulsen, veckopuls, veckopulsen,
    avstämning, avstämningar, pulse, check-in, checkin, Check-Ins`,
  results: 'tulos, tulokset, tuloksia, tulosten, tuloksista, tuloksiin, resultat, resultaten, resultatet, results',
  webinars: `webinaari, webinaarit, webinaareista, webinaareja, webinaarin, webinaareihin, webbinarier, webbinarium,
    webbinariet, webinars, webinar`,
  broadcast: 'tiedote, tiedotteen, tiedotetta, tiedotteet, tiedotteita, viesti kaikille, utskick, utskicket, broadcast',
  launch: 'julkaise, julkaista, julkaisu, julkaise teema, lansera, lansering, lanseringen, launch, launch a theme',
  wish: 'toive, toiveet, toiveita, toivetta, toiveista, önskemål, önskemålen, wish, wishes',
  idea: 'idea, ideat, ideoita, ideaa, ideasta, ideoista, idé, ide, idéer, ideer, idén, ideas',
  coaching: 'valmennus, valmennusta, valmennuksen, valmennukseen, valmennuksia, coachning, coachningen, coaching',
  peer: 'vertaispari, vertaisparia, vertaisparit, vertaispareja, kollegapar, parkamrat, parkamrater, peer',
  language: 'kieli, kieltä, kielen, kielet, kielestä, kielellä, språk, sprak, språket, language, languages',
  settings:
    'asetus, asetukset, asetuksia, asetuksista, asetuksiin, asetusten, inställningar, inställningarna, settings',
  quiet: 'lopeta, lopettaa, hiljaa, ole hiljaa, sluta, tyst, stop, quiet, Lopeta!',
  mydata: `omat tiedot, omia tietoja, omien tietojen, omista tiedoista, omiin tietoihin, omat tietoni, mina uppgifter,
    mina uppgifterna, my data`,
  help: `apua, avun, apu, ohje, ohjeita, ohjeet, ohjetta, mitä osaat, mita osaat?, Mitä sä osaat?, hjälp, hjalp, hjälpen,
    vad kan du, Vad kan du?, help, HELP!!!`,
  greeting: `hei, Hei!, moi, terve, huomenta, hyvää päivää, hyvaa paivaa, hej, hejsan, god morgon, hi, hello,
    good morning, hei Luotsi`,
  thanks: 'kiitos, Kiitos!, kiitti, ok kiitos, hei kiitos, tack, tack så mycket, thanks, thank you',
}
const forms = Object.entries(FORMS).flatMap(([command, list]) =>
  list.split(',').map((form) => ({ command, text: form.trim().replace(/\s+/g, ' ') })),
)

describe('commands', () => {
  it.each(forms)('takes "$text" as $command', ({ text, command }) => {
    expect(find(text)).toBe(command)
  })

  it('are found by their stems, as each begins with the letter of its word', () => {
    const folder = new URL('../../content/', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\.(yaml|json|md)$/.test(path),
    )
    const all = new Set(files.flatMap((path) => wordsOf(readFileSync(new URL(path, folder), 'utf8'))))
    const others = LANGUAGES.flatMap((language) => [...all].filter((word) => stem(word, language)[0] !== word[0]))
    expect([all.size > 10_000, others]).toEqual([true, []])
  })

  it('has words for every command in every language', () => {
    for (const language of LANGUAGES) expect(Object.keys(words[language]).sort()).toEqual(Object.keys(FORMS).sort())
  })

  it.each([
    'idéer från personalen',
    'vinkki palautteen antamiseen',
    'verktyg för konflikter',
    'apua konfliktiin',
    'hyvä idea tiimistä',
    'miten kiitän ihmisiä',
    'pulssi 5',
    'hei kollegat riitelee',
    'stop people from interrupting',
    'tools for feedback',
  ])('leaves the need "%s" to the search', (text) => {
    expect(find(text)).toBeUndefined()
  })

  it.each(['', '   ', '???', '👍', 'ok', '<at>Luotsi</at>', '<at>', '123'])('takes "%s" as nothing', (text) => {
    expect(find(text)).toBeUndefined()
  })

  it.each([
    ['<at>Luotsi</at> apua', 'help'],
    ['<at id="0">Luotsi</at>&nbsp;hjälp', 'help'],
    ['Hei, teemat kiitos!', 'themes'],
    ['hej luotsi, mina uppgifter, tack', 'mydata'],
    ['Please show themes', 'themes'],
    ['hyvää huomenta, tulokset', 'results'],
    ['…pulssi?!', 'checkin'],
  ])('looks past mention, punctuation and polite words in "%s"', (text, command) => {
    expect(find(text)).toBe(command)
  })

  it('looks past any polite words around any command, in any case and spelling', () => {
    const phrase = fc.constantFrom(...LANGUAGES.flatMap((language) => polite[language]))
    fc.assert(
      fc.property(fc.constantFrom(...forms), phrase, phrase, fc.boolean(), ({ text, command }, one, other, loud) => {
        const said = `${one}, ${text} ${other}.`
        const found = find(loud ? said.toUpperCase() : said.normalize('NFD').replace(/\p{M}/gu, ''))
        return found === command || command === 'greeting' || command === 'thanks'
      }),
    )
  })

  it.each([
    ['tulokset', 'fi'],
    ['resultat', 'sv'],
    ['results', 'en'],
    ['idé', 'sv'],
    ['pulssia', 'fi'],
    ['puls', 'sv'],
    ['Help', 'en'],
    ['hej', 'sv'],
  ])('knows that "%s" is %s', (text, language) => {
    expect(commands.find(text)?.language).toBe(language)
  })

  it.each(['idea', 'tips', 'coaching', 'stop', 'moi'])(
    'does not guess the language of "%s", which several have',
    (text) => {
      expect(commands.find(text)).toBeDefined()
      expect(commands.find(text)).not.toHaveProperty('language')
    },
  )

  it('refuses words that two commands claim', () => {
    const none = { tool: [], themes: [] }
    const claimed = { fi: { tool: ['vinkki'], themes: ['Vinkki'] }, sv: none, en: none }
    expect(() => openCommands(claimed, { fi: [], sv: [], en: [] })).toThrow(
      'Two commands claim "vinkki": tool (fi), themes (fi)',
    )
  })

  it('takes a stem that two commands share as neither', () => {
    const none = { tool: [], themes: [] }
    const shared = { fi: { tool: ['talo'], themes: ['talot'] }, sv: none, en: none }
    const open = openCommands(shared, { fi: [], sv: [], en: [] })
    expect(open.find('talo')?.command).toBe('tool')
    expect(open.find('talon')).toBeUndefined()
  })
})
