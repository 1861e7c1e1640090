import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { aDataDir, removeFolder } from '../support/bot.ts'
import {
  aBrowser,
  aPage,
  freePort,
  moveClock,
  npmStart,
  Playground,
  SCREENSHOTS,
  type Local,
} from '../support/browser.ts'

const DEMO = { script: 'src/cli/demo.ts' }

/** What the clock of a bot shows: it tells when it is asked to go back. */
async function clockOf({ botPort }: Local): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${botPort}/dev/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now: '2020-01-01T00:00:00Z' }),
  })
  return ((await response.json()) as { now: string }).now
}

/** A start that is expected to be refused. */
async function aRefusedDemo(dataDir: string): Promise<{ code: number | null; said: string }> {
  const env = { PORT: String(await freePort()), PLAYGROUND_PORT: String(await freePort()) }
  const child = spawn(process.execPath, [DEMO.script], {
    env: { PATH: process.env['PATH'] ?? '', DATA_DIR: dataDir, ...env },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      // It was not refused: nobody else would end it.
      if (said.includes('Luotsi käynnistyy')) child.kill()
    })
  }
  await once(child, 'exit')
  return { code: child.exitCode, said }
}

describe('npm run demo', () => {
  let dataDir: string
  let local: Local
  let browser: Browser
  let playground: Playground

  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true })
    dataDir = await aDataDir()
    await writeFile(join(dataDir, 'mine.txt'), 'of somebody else')
    local = await npmStart(dataDir, DEMO)
    browser = await aBrowser()
    playground = new Playground(await aPage(browser, 1280, 2400))
    await playground.open(local.address)
  }, 240_000)
  afterAll(async () => {
    await browser.close()
    await local.stop()
    await removeFolder(dataDir)
  })

  it('stands on Thursday 26.11.2026 14.05, says so, and prints the address to open last', async () => {
    expect(local.said()).toContain('26.11.2026 14.05')
    expect(local.said().trimEnd().split('\n').at(-1)).toBe(local.address)
    // 14.05 in Helsinki; it ticks on from there.
    expect(await clockOf(local)).toMatch(/^2026-11-26T12:(0[5-9]|1)/)
  })

  it('brings the supervisor’s latest card to the own chat', async () => {
    const briefing = await playground.cardThatSays('vk 47')
    expect(await briefing.innerText()).toContain('Viikko 7,6')
    expect(await playground.cards().filter({ hasText: 'Auttoiko työkalu?' }).count()).toBe(1)
    await playground.page.screenshot({ path: `${SCREENSHOTS}/demo-own.png` })
  })

  it('brings what HR sent to everyone on Tuesday, a day before that to the supervisor, and tells HR how it went', async () => {
    const received = await playground.cardThatSays('Näin otat tämän puheeksi tiimissäsi')
    expect(await received.innerText()).toContain('Tiimisi saa tämän viestin ti 24.11.2026 klo 09.00.')
    await playground.picture(received, `${SCREENSHOTS}/demo-broadcast.png`)
    const report = await playground.cardThatSays('Valmis. Lähetys päättyi ti 24.11.2026 klo 09.00.')
    expect(await report.locator('#delivered').innerText()).toBe('6')
    await playground.picture(report, `${SCREENSHOTS}/demo-broadcast-report.png`)
    await playground.write('tiedote')
    const list = await playground.cardThatSays('Perillä 6, yhteensä 6')
    await playground.picture(list, `${SCREENSHOTS}/demo-broadcasts.png`)
    await list.getByText('Joulukuun teema').click()
    await playground.cardThatSays('Lataa luettelo (CSV)')
  })

  it('has a launched theme, and a webinar next week for which the supervisor signed up', async () => {
    const launch = playground.cards().filter({ hasText: 'Uusi teema HR:ltä' }).first()
    expect(await launch.innerText()).toContain('Sisäinen viestintä ja tiedonkulku')
    await playground.write('webinaarit')
    const list = await playground.cardThatSays('to 3.12.2026 klo 13.00–14.00')
    await list.getByText('Viesti menee perille kiireessäkin').click()
    const webinar = await playground.cardThatSays('Olet ilmoittautunut.')
    await playground.picture(webinar, `${SCREENSHOTS}/demo-webinar.png`)
  })

  it('shows eight closed weeks in the channel, one of them hidden, one with a tool, and the open one', async () => {
    await playground.goTo('General')
    // The newest post stands first there.
    const newest = playground.cards().filter({ hasText: 'Viikkopulssi, vk 47' })
    await newest.locator('svg').first().waitFor()
    const words = await newest.innerText()
    for (const said of ['vk 40–44', 'vk 46–47', 'Ei näytetä, liian vähän vastauksia: vk 45.'])
      expect(words).toContain(said)
    await playground.picture(newest, `${SCREENSHOTS}/demo-result.png`)
    const open = playground.cards().filter({ hasText: 'Auki: pe 27.11.2026 klo 12.00 asti.' })
    expect(await open.count()).toBe(1)
    const hard = playground.cards().filter({ hasText: 'Viikkopulssi, vk 44' })
    expect(await hard.innerText()).toContain('Työmäärä: 4,6.')
    expect(await hard.getByRole('button', { name: 'Kuorman kartta' }).count()).toBe(1)
    const hidden = playground.cards().filter({ hasText: 'Viikkopulssi, vk 45' })
    expect(await hidden.innerText()).toContain('Lukuja ei näytetä, koska vastauksia tuli alle 5.')
    expect(await playground.cards().filter({ hasText: 'Viikkopulssi, vk' }).count()).toBe(8)
    await playground.page.screenshot({ path: `${SCREENSHOTS}/demo-channel.png` })
  })

  it('brings them back when the page is loaded again', async () => {
    await playground.page.reload()
    await playground.page.getByText('Personal Chat').first().waitFor()
    await playground.goTo('General')
    await playground.cards().filter({ hasText: 'Viikkopulssi, vk 47' }).waitFor()
  })

  it('is left alone by a second one on the same folder', async () => {
    const { code, said } = await aRefusedDemo(dataDir)
    expect(code).toBe(1)
    expect(said).toContain('Another npm run demo is running')
    expect(await clockOf(local)).toMatch(/^2026-11-26/)
  })

  it('goes on when the clock is moved: the open week closes with its result', async () => {
    await moveClock(local, '2026-11-27T12:00:00+02:00')
    const result = playground.cards().filter({ hasText: 'Viikkopulssi, vk 48' })
    await result.waitFor()
    expect(await result.innerText()).toContain('Viikko: 7,8.')
  })

  it('starts from the same state the next time, and touches nothing beside its own folder', async () => {
    // A page that goes on asking for a server that is gone would slow the next one down.
    await playground.page.close()
    await local.stop()
    await writeFile(join(dataDir, 'demo', 'left.txt'), 'from the last time')
    local = await npmStart(dataDir, DEMO)
    expect(await clockOf(local)).toMatch(/^2026-11-26T12:(0[5-9]|1)/)
    expect(await readdir(join(dataDir, 'demo'))).not.toContain('left.txt')
    expect((await readdir(dataDir)).sort()).toEqual(['demo', 'mine.txt'])
    const page = new Playground(await aPage(browser, 1280, 2400))
    await page.open(local.address)
    await page.goTo('General')
    const newest = page.cards().filter({ hasText: 'Viikkopulssi, vk 47' })
    await newest.waitFor({ timeout: 30_000 })
    expect(await newest.innerText()).toContain('vk 40–44')
    expect(await page.cards().filter({ hasText: 'Viikkopulssi, vk 48' }).count()).toBe(0)
    await page.page.close()
  }, 120_000)
})

describe('a folder that npm run demo did not make', () => {
  it.each(['a folder with files', 'a link to another folder', 'a file'])('is left as it is: %s', async (kind) => {
    const dataDir = await aDataDir()
    const demo = join(dataDir, 'demo')
    if (kind === 'a file') {
      await writeFile(demo, 'mine')
    } else {
      const folder = kind === 'a folder with files' ? demo : join(dataDir, 'elsewhere')
      await mkdir(folder)
      // Even where the folder that the link leads to was made by a demo.
      await writeFile(join(folder, folder === demo ? 'mine.txt' : 'made-by-npm-run-demo.txt'), 'mine')
      if (folder !== demo) await symlink(folder, demo)
    }
    const before = await readdir(dataDir, { recursive: true })
    const { code, said } = await aRefusedDemo(dataDir)
    expect(code).toBe(1)
    expect(said).toContain('was not made by npm run demo, so it is left as it is')
    expect(await readdir(dataDir, { recursive: true })).toEqual(before)
    await removeFolder(dataDir)
  })
})
