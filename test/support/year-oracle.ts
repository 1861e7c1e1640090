/**
 * What a year of check-ins must come to, worked out once more from what is written of calendar, rotation, figures and
 * texts. Nothing of the bot's code is used; the bank of questions and the titles of the tools are read from the content.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export type Tongue = 'fi' | 'sv' | 'en'
export type Preset = 'thursday' | 'shift'
export type Choice = number | 'na'
type Tongues = Record<Tongue, string>

export type Question = { id: string; version: number; dimension: string; offers: string[]; text: Tongues }

// Calendar. Times are local: 2026-01-08T14:00. Weeks are those of 2026, the one after its 53rd being 54.

const FIRST_MONDAY = '2025-12-29'
const SKIPPED = [1, 27, 28, 29, 30, 31, 52, 53, 54]
const USUAL = { thursday: { opens: 3, at: '14:00' }, shift: { opens: 0, at: '09:00' } }
/** Openings and closes that move, by week, as the calendar of 2026 lists them. */
const MOVED: Record<Preset, Record<number, [opens: string, closes: string]>> = {
  thursday: {
    14: ['2026-04-01', '2026-04-02'],
    18: ['2026-04-29', '2026-04-30'],
    20: ['2026-05-13', '2026-05-15'],
    25: ['2026-06-17', '2026-06-18'],
  },
  shift: {
    2: ['2026-01-07', '2026-01-09'],
    14: ['2026-03-30', '2026-04-02'],
    15: ['2026-04-07', '2026-04-10'],
    18: ['2026-04-27', '2026-04-30'],
    25: ['2026-06-15', '2026-06-18'],
  },
}
const FREE = ['04-03', '04-06', '05-01', '05-14', '06-19', '12-06']

export type Moments = { opens: string; reminds: string; closes: string }

/** Undefined where the week is skipped. */
export function momentsOf(preset: Preset, week: number): Moments | undefined {
  if (SKIPPED.includes(week)) return undefined
  const monday = addDays(FIRST_MONDAY, 7 * (week - 1))
  const { opens: weekday, at } = USUAL[preset]
  const [openDay, closeDay] = MOVED[preset][week] ?? [addDays(monday, weekday), addDays(monday, 4)]
  const opens = `${openDay}T${at}`
  const hours = (Date.parse(`${closeDay}T12:00Z`) - Date.parse(`${opens}Z`)) / 3_600_000
  const reminds = hours >= 72 ? `${workingDayBefore(closeDay)}T${at}` : `${closeDay}T09:00`
  return { opens, reminds, closes: `${closeDay}T12:00` }
}

/** A week after the close, or the first morning on which messages may be sent again. */
export function followUpOf(closes: string): string {
  const [day = '', time = ''] = closes.split('T')
  const wish = addDays(day, 7)
  if (!isDayOff(wish)) return `${wish}T${time}`
  let morning = wish
  while (isDayOff(morning)) morning = addDays(morning, 1)
  return `${morning}T08:00`
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** The clocks of Finland were changed on 29.3. and 25.10.2026. */
export function helsinki(local: string): string {
  const isSummer = local >= '2026-03-29T03:00' && local < '2026-10-25T04:00'
  return `${local}:00${isSummer ? '+03:00' : '+02:00'}`
}

export function isDayOff(date: string): boolean {
  const day = date.slice(5)
  const isQuiet = (day >= '07-01' && day <= '07-31') || day >= '12-23' || day <= '01-06'
  const isWeekend = [0, 6].includes(new Date(`${date}T00:00Z`).getUTCDay())
  return isQuiet || isWeekend || FREE.includes(day)
}

function workingDayBefore(date: string): string {
  let day = addDays(date, -1)
  while (isDayOff(day)) day = addDays(day, -1)
  return day
}

export function weekName(week: number): string {
  return `2026-W${String(week).padStart(2, '0')}`
}

// Rotation

const BANK = parse(readFileSync('content/checkins.yaml', 'utf8')) as Question[]
const CIRCLE = 'workload clarity connection recovery progress psych_safety change support'.split(' ')

/** The questions of a team's round number `c`, counted from 0. */
export function questionsOf(c: number, worksRemotely: boolean): Question[] {
  const circle = [...CIRCLE, worksRemotely ? 'remote' : 'onsite']
  const asked = [2 * c, 2 * c + 1].map((s) => {
    const its = BANK.filter(({ dimension }) => dimension === circle[s % 9])
    return its[(Math.floor(s / 9) + (s % 9)) % 3]
  })
  return [BANK.find(({ id }) => id === 'C0'), ...asked].flatMap((question) => question ?? [])
}

// Figures

export const K = 5

export type Figure =
  | { question: string; kind: 'hidden' }
  | { question: string; kind: 'band'; count: number; from: number }
  | { question: string; kind: 'mean'; count: number; sum: number; mean: number; distribution?: number[] }

/** `answers` by person. */
export function figuresOf(questions: readonly Question[], answers: readonly Choice[][], roster: number): Figure[] {
  return questions.map(({ id: question }, at) => {
    const numbers = answers.flatMap((answer) => {
      const choice = answer[at]
      return typeof choice === 'number' ? [choice] : []
    })
    const count = numbers.length
    if (answers.length < K || roster < K || count < K) return { question, kind: 'hidden' }
    const sum = numbers.reduce((total, number) => total + number, 0)
    // Half up: the greatest tenth whose lower edge, half a tenth below it, does not lie above the mean.
    let tenth = 100
    while ((2 * tenth - 1) * count > 20 * sum) tenth -= 1
    const mean = tenth / 10
    const isTelling = new Set(numbers).size === 1 || numbers.every((number) => number % 10 === 0)
    if (count < 10 && isTelling) return { question, kind: 'band', count, from: mean < 4 ? 0 : mean < 6 ? 4 : 6 }
    const distribution = Array.from({ length: 11 }, (_, value) => numbers.filter((number) => number === value).length)
    return { question, kind: 'mean', count, sum, mean, ...(count >= 10 && { distribution }) }
  })
}

function value(figure: Figure): number {
  if (figure.kind === 'hidden') return NaN
  return figure.kind === 'mean' ? figure.mean : figure.from
}

// Story

export type Story = {
  kind: 'hidden' | 'keep' | 'step' | 'hard'
  /** The place of its question on the card. */
  about: number
  isFall: boolean
  tool?: string
  asksAboutLast: boolean
}

export type Past = { week: number; figures: Figure[]; story: Story }

/** `past` of the same team, newest first. */
export function storyOf(
  week: number,
  questions: readonly Question[],
  figures: readonly Figure[],
  past: readonly Past[],
): Story {
  const places = figures.flatMap((figure, at) => (figure.kind === 'hidden' ? [] : [at]))
  const of = (at: number) => value(figures[at] ?? { question: '', kind: 'hidden' })
  const lowestOf = (some: readonly number[]) => some.find((at) => some.every((other) => of(at) <= of(other)))
  const about =
    lowestOf(places.filter((at) => of(at) < 4)) ?? lowestOf(places.filter((at) => at > 0 && of(at) < 6)) ?? places[0]
  if (about === undefined) return { kind: 'hidden', about: 0, isFall: false, asksAboutLast: false }

  const three = past.flatMap(({ figures: [core] }) => (core?.kind === 'mean' ? [core.mean] : [])).slice(0, 3)
  const tenths = (mean: number) => Math.round(mean * 10)
  const [one = 0, two = 0, last = 0] = three.map(tenths)
  const isComparable = three.length === 3 && figures[0]?.kind === 'mean'
  const hasFallen = isComparable && one + two + last - 3 * tenths(of(0)) >= 45
  const isFall = about === 0 && hasFallen
  const kind = of(about) < 4 ? 'hard' : of(about) < 6 || isFall ? 'step' : 'keep'
  if (kind === 'keep') return { kind, about, isFall, asksAboutLast: false }

  const [first = '', second = ''] = questions[about]?.offers ?? []
  const isOffered = (tool: string) => past.some((result) => week - result.week <= 8 && result.story.tool === tool)
  const tool = !isOffered(first) ? first : !isOffered(second) ? second : undefined
  return {
    kind,
    about,
    isFall,
    ...(tool !== undefined && { tool }),
    asksAboutLast: kind === 'step' && tool === undefined,
  }
}

/** The weeks of the core question as the chart draws them: unbroken runs of [place from 1, mean]. */
export function chartOf(week: number, every: number, results: readonly Past[]): [x: number, y: number][][] {
  const runs: [number, number][][] = []
  let isGap = true
  let place = 0
  for (let shown = week - 11; shown <= week; shown += 1) {
    if ((week - shown) % every !== 0) continue
    place += 1
    const core = results.find((result) => result.week === shown)?.figures[0]
    if (core?.kind !== 'mean') {
      isGap = true
      continue
    }
    if (isGap) runs.push([])
    isGap = false
    runs.at(-1)?.push([place, core.mean])
  }
  return runs.flat().length > 1 ? runs : []
}

// Texts

const LABELS: Record<string, Tongues> = {
  core: { fi: 'Viikko', sv: 'Veckan', en: 'The week' },
  workload: { fi: 'Työmäärä', sv: 'Arbetsmängd', en: 'Workload' },
  clarity: { fi: 'Selkeys', sv: 'Tydlighet', en: 'Clarity' },
  connection: { fi: 'Yhteys', sv: 'Samhörighet', en: 'Connection' },
  recovery: { fi: 'Palautuminen', sv: 'Återhämtning', en: 'Recovery' },
  progress: { fi: 'Eteneminen', sv: 'Framsteg', en: 'Progress' },
  psych_safety: { fi: 'Avoin puhe', sv: 'Öppet samtal', en: 'Speaking openly' },
  change: { fi: 'Muutos', sv: 'Förändring', en: 'Change' },
  support: { fi: 'Tuki', sv: 'Stöd', en: 'Support' },
  remote: { fi: 'Työolot', sv: 'Arbetsförhållanden', en: 'Working conditions' },
  onsite: { fi: 'Työolot', sv: 'Arbetsförhållanden', en: 'Working conditions' },
}

const BANDS: Record<number, Tongues> = {
  0: { fi: 'alle 4', sv: 'under 4', en: 'below 4' },
  4: { fi: '4–5,9', sv: '4–5,9', en: '4–5.9' },
  6: { fi: 'vähintään 6', sv: 'minst 6', en: '6 or more' },
}

const KEEP: Tongues = {
  fi: 'Mikä auttoi tällä viikolla? Valitkaa yksi asia, jota jatkatte.',
  sv: 'Vad hjälpte den här veckan? Välj en sak som ni fortsätter med.',
  en: 'What helped this week? Choose one thing to keep doing.',
}
const STEP: Tongues = {
  fi: 'Minkä ansiosta luku ei ole pienempi? {next}Sopikaa yksi pieni askel.{help}',
  sv: 'Vad gör att siffran inte är lägre? {next}Kom överens om ett litet steg.{help}',
  en: 'What keeps it from being lower? {next}Agree on one small step.{help}',
}
const NEXT: Tongues = {
  fi: 'Miltä arki näyttäisi, jos luku olisi {next}? ',
  sv: 'Hur skulle vardagen se ut om siffran var {next}? ',
  en: 'What would everyday work look like at {next}? ',
}
const HELP: Tongues = { fi: ' Avuksi: {tool}.', sv: ' Till hjälp: {tool}.', en: ' To help: {tool}.' }
const LAST: Tongues = {
  fi: ' Mitä teitte edellisellä työkalulla?',
  sv: ' Vad gjorde ni med det förra verktyget?',
  en: ' What did you do with the last tool?',
}
const HARD: Tongues = {
  fi: 'Tässä on nyt vaikeaa. Mikä on auttanut teitä jaksamaan? Mitä tarvitsette, ja kuka voi vaikuttaa asiaan? Esihenkilö kertoo ensi viikolla, mitä asialle tehdään. Tukea: HR, työsuojeluvaltuutettu, työterveyshuolto.',
  sv: 'Det här är svårt just nu. Vad har hjälpt er att orka? Vad behöver ni, och vem kan påverka saken? Chefen berättar nästa vecka vad som görs. Stöd: HR, arbetarskyddsfullmäktigen, företagshälsovården.',
  en: 'This is hard right now. What has kept you going? What do you need, and who can act on it? Your supervisor will tell you next week what is being done. Support: HR, your occupational safety representative, occupational health care.',
}
const HIDDEN: Tongues = {
  fi: 'Lukuja ei näytetä, koska vastauksia tuli alle 5. Puhukaa hetki: mikä toimi tällä viikolla?',
  sv: 'Siffrorna visas inte, eftersom det kom färre än 5 svar. Prata en stund: vad fungerade den här veckan?',
  en: 'Numbers are not shown because fewer than 5 people answered. Talk for a moment: what worked this week?',
}
const ONE_HIDDEN: Tongues = {
  fi: 'ei näytetä, alle 5 vastausta.',
  sv: 'visas inte, färre än 5 svar.',
  en: 'not shown, fewer than 5 answers.',
}
const REASON: Tongues = {
  fi: 'Tarjotaan, koska aiheen ”{label}” luku oli {mean}.',
  sv: 'Föreslås eftersom siffran för ”{label}” var {mean}.',
  en: 'Offered because the number for “{label}” was {mean}.',
}
const BREAKS: Tongues = {
  fi: 'Jos tauot jäävät väliin työmäärän vuoksi, se on työaika-asia: viekää se esihenkilölle ja työsuojeluun.',
  sv: 'Om pauserna uteblir på grund av arbetsmängden är det en arbetstidsfråga: ta upp den med chefen och arbetarskyddet.',
  en: 'If breaks are missed because of workload, it is a working-time matter: take it to your supervisor and occupational safety.',
}
const DEVICES: Tongues = {
  fi: 'Ilmoittakaa laitteiden viat IT-tukeen.',
  sv: 'Anmäl fel i utrustningen till it-stödet.',
  en: 'Report faulty equipment to IT support.',
}
const NOT_SHOWN: Tongues = { fi: 'ei näytetä', sv: 'visas inte', en: 'not shown' }
export const LAW: Tongues = {
  fi: 'Työnantajan on selvitettävä kuormitus (738/2002, 25 §). Ota asia esiin oman esihenkilösi ja työsuojelun kanssa.',
  sv: 'Arbetsgivaren ska utreda belastningen (738/2002, 25 §). Ta upp saken med din egen chef och arbetarskyddet.',
  en: 'The employer must look into the strain (738/2002, section 25). Raise it with your own manager and occupational safety.',
}
export const PROMISED: Tongues = {
  fi: 'Tiimille luvattiin:',
  sv: 'Det här lovades teamet:',
  en: 'The team was promised:',
}
const PROMISE: Tongues = {
  fi: 'Vastaaminen on vapaaehtoista, ja voit vastata työajalla. Luotsi ei näytä kenellekään vastaustasi eikä sitä, vastasitko. Tiimi näkee keskiarvot, jos vastauksia on vähintään 5. Kun kysely sulkeutuu, vastaukset poistetaan. Tulokset näkee myös: {reader}.',
  sv: 'Det är frivilligt att svara, och du får svara på arbetstid. Luotsi visar inte för någon vad du svarade eller om du svarade. Teamet ser medeltal om det kommer minst 5 svar. När enkäten stänger raderas svaren. Resultatet ses också av: {reader}.',
  en: 'Answering is voluntary and may be done in working time. Luotsi shows nobody your answer or whether you answered. The team sees averages if there are at least 5 answers. Answers are deleted when the check-in closes. Results are also seen by: {reader}.',
}

export function promise(reader: string, language: Tongue): string {
  return PROMISE[language].replace('{reader}', reader)
}

export function weekShown(week: number, language: Tongue): string {
  return { fi: `vk ${week}`, sv: `v. ${week}`, en: `week ${week}` }[language]
}

const titles = new Map<string, Tongues>()

export function toolTitle(tool: string, language: Tongue): string {
  let known = titles.get(tool)
  if (known === undefined) {
    const { text } = parse(readFileSync(`content/tools/${tool}.yaml`, 'utf8')) as {
      text: Record<Tongue, { title: string }>
    }
    known = { fi: text.fi.title, sv: text.sv.title, en: text.en.title }
    titles.set(tool, known)
  }
  return known[language]
}

/** As the reader's language writes it; empty where it is hidden. */
export function shown(figure: Figure | undefined, language: Tongue): string {
  if (figure === undefined || figure.kind === 'hidden') return ''
  if (figure.kind === 'band') return BANDS[figure.from]?.[language] ?? ''
  const text = figure.mean.toFixed(1)
  return language === 'en' ? text : text.replace('.', ',')
}

/** `line` is the short form of the figures: Viikko 6,4 · Työmäärä ei näytetä. Empty where nothing is published. */
export type Told = { story: string; reason: string; hidden: string[]; notes: string[]; line: string }

export function told(questions: readonly Question[], figures: readonly Figure[], story: Story, language: Tongue): Told {
  const label = (at: number) => LABELS[questions[at]?.dimension ?? '']?.[language] ?? ''
  const { kind, about, tool } = story
  const figure = figures[about]
  const mean = shown(figure, language)
  const isLow = (id: string) => figures.some((one) => one.question === id && value(one) < 6)
  return {
    story: kind === 'hidden' ? HIDDEN[language] : `${label(about)}: ${mean}. ${textOf(story, figure, language)}`,
    reason: tool === undefined ? '' : REASON[language].replace('{label}', label(about)).replace('{mean}', mean),
    hidden:
      kind === 'hidden'
        ? []
        : figures.flatMap((one, at) => (one.kind === 'hidden' ? [`${label(at)}: ${ONE_HIDDEN[language]}`] : [])),
    notes: [...(isLow('RE2') ? [BREAKS[language]] : []), ...(isLow('RP1') || isLow('OS1') ? [DEVICES[language]] : [])],
    line: figures.map((one, at) => `${label(at)} ${shown(one, language) || NOT_SHOWN[language]}`).join(' · '),
  }
}

function textOf({ kind, tool, asksAboutLast }: Story, figure: Figure | undefined, language: Tongue): string {
  if (kind === 'keep') return KEEP[language]
  if (kind === 'hard') return HARD[language]
  const next = figure?.kind === 'mean' ? Math.min(10, Math.floor(figure.mean + 0.5) + 1) : undefined
  const help = tool === undefined ? '' : HELP[language].replace('{tool}', toolTitle(tool, language))
  return STEP[language]
    .replace('{next}', next === undefined ? '' : NEXT[language].replace('{next}', String(next)))
    .replace('{help}', asksAboutLast ? LAST[language] : help)
}
