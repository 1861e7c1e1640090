/** What the team of `npm run demo` lived through before somebody looks: played by the real bot, nothing written by hand. */
import { DateTime } from 'luxon'
import type { Playground } from './playground.ts'

const ZONE = 'Europe/Helsinki'
/** A Monday: the team begins. */
export const BEGINS = '2026-09-28T09:00:00+03:00'
/** Where the clock stands in the end: five minutes after the opening of the week. */
export const STANDS = '2026-11-26T14:05:00+02:00'
const FIRST_OPENING = '2026-10-01T14:00'
const SEED = 48

/**
 * The means of the three questions of each week: the work piles up in October until the breaks and the day no longer
 * hold it, a tool is tried, a week of absences hides its figures, and it gets easier. The last one is open.
 */
const WEEKS: { means: [number, number, number]; answering: number }[] = [
  { means: [6.2, 6.4, 7.0], answering: 5 },
  { means: [6.8, 6.4, 6.2], answering: 5 },
  { means: [7.0, 7.8, 6.6], answering: 5 },
  { means: [6.2, 6.0, 6.4], answering: 5 },
  { means: [5.2, 6.6, 4.6], answering: 5 },
  { means: [6.0, 6.2, 6.0], answering: 3 },
  { means: [6.4, 6.0, 7.2], answering: 5 },
  { means: [7.6, 7.0, 6.8], answering: 5 },
  { means: [7.8, 7.4, 6.8], answering: 5 },
]

/** At home with clients, in no meeting at a distance. */
const START = {
  weekday: '4',
  time: '14:00',
  closeAfterHours: '22',
  every: '1',
  language: 'fi',
  remote: 'no',
  leaveOut: '',
  talkOnly: 'no',
}

/** HR writes on Friday; supervisors have it on Monday, everybody else on Tuesday. */
const WRITTEN = '2026-11-20T10:00'
const BROADCAST = {
  audience: 'everyone',
  at: '2026-11-24T09:00',
  tool: 'ty-tauko',
  theme: 't12-turvallisuus',
  title_fi: 'Joulukuun teema: voimia vuoroon ja sen jälkeen',
  body_fi: `Hei kaikki! Joulukuussa puhumme palautumisesta: mistä saa voimia vuoron aikana ja sen jälkeen.

Torstaina 3.12. klo 14 on puolen tunnin webinaari, johon kaikki ovat tervetulleita. Kokeilemme kahta lyhyttä tapaa pitää tauko. Jos olet silloin vuorossa, katso tallenne, kun sinulle sopii.

Kiitos, että pidätte huolta asiakkaista ja toisistanne.`,
  title_sv: 'Decembers tema: ork under skiftet och efter det',
  body_sv: `Hej alla! I december talar vi om återhämtning: vad som ger ork under skiftet och efter det.

Torsdag 3.12 kl. 14 ordnar vi ett webbinarium på en halvtimme som är öppet för alla. Vi prövar två korta sätt att ta paus. Om du är på skift då kan du se inspelningen när det passar dig.

Tack för att ni tar hand om klienterna och om varandra.`,
  title_en: 'The theme of December: energy for the shift and after it',
  body_en: `Hello everyone! In December we talk about recovery: what gives you energy during the shift and after it.

On Thursday 3 December at 14:00 there is a half-hour webinar, open to all. We try two short ways to take a break. If you are on shift then, watch the recording when it suits you.

Thank you for looking after your clients and one another.`,
}

/** On Wednesday HR launches a theme: supervisors have it at once, the channel on Friday; Maija signs up on Monday. */
const LAUNCHED = '2026-11-18T10:00'
const LAUNCH = {
  theme: 't03-viestinta',
  audience: 'supervisors,channels',
  at: 'now',
  channelDelayDays: '2',
}
const SIGNED_UP = '2026-11-23T09:30'

/** Something that happens at a moment of the bot's clock. */
type Happening = { at: DateTime; happens: (playground: Playground) => Promise<void> }

type Played = {
  playground: Playground
  moveTo: (at: string) => Promise<void>
  /** Called as each week begins, with its number. */
  progress: (week: number) => void
}

/** Plays everything in the order of its time. What the team lived through with another feature is a list of its own. */
export async function playPast({ playground, moveTo, progress }: Played): Promise<void> {
  await playground.mentions(playground.team, 'pulssi')
  await playground.presses(playground.me, 'checkins.start', START)
  const past = [...checkIns(progress), ...launches(), ...broadcasts()]
  for (const { at, happens } of past.toSorted((one, other) => one.at.toMillis() - other.at.toMillis())) {
    await moveTo(at.toISO() ?? '')
    await happens(playground)
  }
  await moveTo(STANDS)
}

function checkIns(progress: (week: number) => void): Happening[] {
  const random = seeded(SEED)
  const first = DateTime.fromISO(FIRST_OPENING, { zone: ZONE })
  return WEEKS.map(({ means, answering }, week) => {
    const at = first.plus({ weeks: week })
    return {
      at,
      async happens(playground) {
        const { others } = playground
        progress(at.weekNumber)
        const columns = means.map((mean) => choicesOf(mean, others.length, random))
        for (const [place, person] of others.slice(0, answering).entries()) {
          const [q1, q2, q3] = columns.map((column) => String(column[place] ?? 'na'))
          await playground.presses(person, 'checkins.answer', { q1: q1 ?? 'na', q2: q2 ?? 'na', q3: q3 ?? 'na' })
        }
      },
    }
  })
}

function launches(): Happening[] {
  return [
    {
      at: DateTime.fromISO(LAUNCHED, { zone: ZONE }),
      async happens(playground) {
        await playground.writes('julkaise')
        await playground.presses(playground.me, 'themes.launch', LAUNCH)
        await playground.presses(playground.me, 'broadcasts.confirm')
      },
    },
    {
      at: DateTime.fromISO(SIGNED_UP, { zone: ZONE }),
      happens: (playground) => playground.presses(playground.me, 'webinars.signup', {}, 'text'),
    },
  ]
}

function broadcasts(): Happening[] {
  return [
    {
      at: DateTime.fromISO(WRITTEN, { zone: ZONE }),
      async happens(playground) {
        // The list, in which the launch stands already.
        await playground.writes('tiedote')
        await playground.presses(playground.me, 'broadcasts.form')
        await playground.presses(playground.me, 'broadcasts.preview', BROADCAST)
        await playground.presses(playground.me, 'broadcasts.confirm')
      },
    },
  ]
}

/** Whole numbers with exactly this mean, as far apart as people are. */
function choicesOf(mean: number, count: number, random: () => number): number[] {
  const total = Math.round(mean * count)
  const even = Array.from({ length: count }, (_, place) => Math.floor((total + place) / count))
  const apart = shuffled(
    even.map((_, place) => place - Math.floor(count / 2)),
    random,
  )
  return even.map((choice, place) => Math.min(10, choice + (apart[place] ?? 0)))
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ item }) => item)
}

/** The same numbers in each run, from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
