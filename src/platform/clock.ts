import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** The bot's clock. Only development moves it. */
export type MovableClock = {
  now(): Date
  /** Moves the clock forward, durably. False where `to` is not later than now. */
  moveTo(to: Date): Promise<boolean>
}

const stored = z.object({ aheadMs: z.number() })

/** The real clock, which nothing moves. */
export const realClock = { now: () => new Date() }

/** A clock that starts at the later of `start` and where it stood in this data folder before, and ticks at real speed. */
export async function openClock(dataDir: string, start: string | undefined): Promise<MovableClock> {
  const file = join(dataDir, 'clock.json')
  const earlier = await readAhead(file)
  const wanted = start === undefined ? undefined : new Date(start).getTime() - Date.now()
  let aheadMs = Math.max(earlier ?? wanted ?? 0, wanted ?? Number.NEGATIVE_INFINITY)
  if (aheadMs !== 0 && aheadMs !== earlier) await writeAhead(dataDir, file, aheadMs)
  const now = () => new Date(Date.now() + aheadMs)
  return {
    now,
    async moveTo(to) {
      if (to <= now()) return false
      const next = to.getTime() - Date.now()
      await writeAhead(dataDir, file, next)
      aheadMs = next
      return true
    },
  }
}

async function readAhead(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : stored.parse(JSON.parse(text)).aheadMs
}

async function writeAhead(dataDir: string, file: string, aheadMs: number): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const aside = `${file}.new`
  const handle = await open(aside, 'w', 0o600)
  await handle.writeFile(JSON.stringify({ aheadMs }))
  await handle.sync()
  await handle.close()
  await rename(aside, file)
}
