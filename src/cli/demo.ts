/** `npm run demo`: as `npm start`, with a team that has answered for eight weeks; made anew at each start. */
import { lstatSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FolderInUse, lockFolder } from '../platform/data-lock.ts'
import { BEGINS, playPast } from './demo-past.ts'
import { openPlayground, type Playground } from './playground.ts'
import { runTogether, StartFault, type Local } from './run-together.ts'

/** Stands in the demo's folder and says that it may be emptied. */
const MARK = 'made-by-npm-run-demo.txt'
const MARK_TEXT = 'npm run demo makes this folder anew at each start: what is here is removed then.\n'

/** The past was played with the defaults of these. */
const DEFAULTS = [
  'KEYS_DIR',
  'TIME_ZONE',
  'DEFAULT_LANGUAGE',
  'SEND_WINDOW',
  'QUIET_PERIODS',
  'CHECKIN_THRESHOLD',
  'RETENTION_MONTHS',
  'SUPERVISOR_USERS',
  'HR_USERS',
]

/** Maija of the Playground leads the team, so that what goes to everyone is seen to reach her a day before the others. */
const SUPERVISOR = '10000000-0000-4000-8000-0000000000001'

const data = process.env['DATA_DIR'] || 'data'
const folder = join(data, 'demo')

await runTogether({
  command: 'npm run demo',
  env: {
    // Outside the folder that is emptied, so that only the first demo takes its time to start.
    CACHE_DIR: join(data, 'cache'),
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !DEFAULTS.includes(name))),
    DATA_DIR: folder,
    CLOCK_START: BEGINS,
    SUPERVISOR_USERS: SUPERVISOR,
  },
  prepare: makeAnew,
  whenReady: play,
})

/** Empties the folder if the demo made it, and nothing else. */
async function makeAnew(demo: string): Promise<void> {
  if (!(await mayBeEmptied(demo))) {
    throw new StartFault(`${demo} was not made by npm run demo, so it is left as it is: move it away, and start again.`)
  }
  await mkdir(demo, { recursive: true, mode: 0o700 })
  await writeFile(join(demo, MARK), MARK_TEXT, { mode: 0o600 })
  await demandUnused(demo)
  for (const name of await readdir(demo)) {
    if (name !== MARK) await rm(join(demo, name), { recursive: true, force: true })
  }
}

async function mayBeEmptied(demo: string): Promise<boolean> {
  const known = lstatSync(demo, { throwIfNoEntry: false })
  if (known === undefined) return true
  if (!known.isDirectory()) return false
  const names = await readdir(demo)
  return names.length === 0 || names.includes(MARK)
}

async function demandUnused(demo: string): Promise<void> {
  try {
    const lock = await lockFolder(demo)
    lock.release()
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    throw new StartFault(`Another npm run demo is running on ${demo}: end it first.`)
  }
}

async function play({ bot, playground: address }: Local): Promise<string[]> {
  const playground = await openPlayground(address)
  await playground.installs(playground.ownChat)
  // Both are greeted before anything happens.
  for (const place of [playground.ownChat, playground.team]) {
    await playground.until(() => playground.shown.some(({ conversation }) => conversation === place))
  }
  process.stdout.write('Kotihoito Itä vastaa (svarar / answers), vk (v. / week):')
  await playPast({
    playground,
    moveTo: (at) => moveTo(bot, at),
    progress: (week) => process.stdout.write(` ${week}`),
  })
  process.stdout.write('\n')
  bringBackAtEachPage(playground)
  return [
    'Luotsin kello on (klockan är / the clock stands at): torstai (torsdag, Thursday) 26.11.2026 14.05',
    'Kyselyn sulkeutumiseen (till stängningen / on to the close):',
    `  curl -d '{"now":"2026-11-27T12:00:00+02:00"}' -H 'content-type: application/json' ${bot}/dev/clock`,
    'Avaa selaimessa ja katso kanavaa General. Kirjoita omaan chattiin: tulokset, tiedote',
  ]
}

async function moveTo(bot: string, now: string): Promise<void> {
  const response = await fetch(`${bot}/dev/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now }),
  })
  if (!response.ok) throw new Error(`The clock was not moved to ${now}: ${response.status} ${await response.text()}`)
}

/** The Playground's page knows only what comes while it is open: it gets the past when it opens. */
function bringBackAtEachPage(playground: Playground): void {
  const places = [playground.ownChat, playground.team]
  const past = playground.shown.filter(({ conversation }) => places.includes(conversation))
  let bringing = Promise.resolve()
  playground.onPage(() => {
    bringing = bringing
      .then(async () => {
        for (const one of past) await playground.shows(one)
      })
      .catch((error: unknown) => {
        console.error(error)
      })
  })
}
