import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fi from '../../content/strings/fi.json' with { type: 'json' }
import { openOpaque } from '../../src/platform/opaque.ts'
import {
  aBot,
  aDataDir,
  anActor,
  aRefusedStart,
  cardOf,
  removeFolder,
  until,
  wordsOf,
  type Actor,
  type RefusedStart,
  type RunningBot,
} from '../support/bot.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { aLightContent } from '../support/content.ts'
import { fillDisk } from '../support/hindered.ts'
import { onFiles } from '../support/on-files.ts'
import { isOnFiles } from '../support/shared-database.ts'
import { storedIn } from '../support/stored.ts'

const TOOL = 'aa-kaksi'
const LATER = '2030-01-01T12:00:00+02:00'

let connector: MockConnector
let bot: RunningBot
let contentDir: string
let poisonedDir: string
let folder: string
let second: Promise<RefusedStart> | undefined
let poisoned: RefusedStart
let unwritable: RefusedStart

/** Starts take seconds: they run side by side, the second on the bot's folder beside the first tests. */
beforeAll(async () => {
  const [content, poison] = await Promise.all([aLightContent(), aLightContent()])
  ;[contentDir, poisonedDir, folder] = [content.dir, poison.dir, await aDataDir()]
  const tool = join(poisonedDir, 'tools', `${TOOL}.yaml`)
  await writeFile(tool, (await readFile(tool, 'utf8')).replace(/^minutes: .*$/m, 'minutes: 500'))
  await writeFile(join(poisonedDir, 'strings', 'sv.json'), '{ "tool": ')
  await writeFile(join(folder, 'file'), 'no folder')
  ;[connector, bot, poisoned, unwritable] = await Promise.all([
    aConnector(),
    aBot({ CONTENT_DIR: contentDir }),
    aRefusedStart({ DATA_DIR: join(folder, 'data'), CONTENT_DIR: poisonedDir }),
    aRefusedStart({ DATA_DIR: join(folder, 'file', 'data'), CLOCK_START: LATER }),
  ])
  if (isOnFiles) second = aRefusedStart({ DATA_DIR: bot.dataDir, CLOCK_START: LATER })
}, 60_000)
afterAll(async () => {
  await Promise.all([bot.stop(), second])
  await Promise.all([connector.close(), ...[contentDir, poisonedDir, folder, bot.dataDir].map(removeFolder)])
})

const actor = (id: string): Actor => anActor(bot, connector, { id })

describe('a disk that is full while the bot runs', () => {
  const fill = () => fillDisk(bot.dataDir, ['people', 'wishes', 'trials', 'shares'])

  it('F67 lets nothing look saved that is not, and everything be saved again once there is room', async () => {
    const maija = actor('maija')
    await maija.writes('hei')
    const acts = [
      ['tools.request', { need: 'Levy täyttyi' }],
      ['tools.tried', { tool: TOOL, helped: '7' }],
      ['language.set', { language: 'sv', show: { verb: 'language.offer' } }],
    ] as const
    const before = await storedIn(bot.dataDir)
    const clear = await fill()
    for (const [verb, data] of acts) {
      expect((await maija.presses(verb, data)).text).toBe(fi.refusals.storage)
      expect((await maija.submits(verb, data)).map(({ body }) => body.text)).toEqual([fi.refusals.storage])
    }
    expect(await storedIn(bot.dataDir)).toEqual(before)
    expect((await fetch(`${bot.url}/readyz`)).status).toBe(200)
    await clear()
    for (const [verb, data] of acts) expect((await maija.presses(verb, data)).text).not.toBe(fi.refusals.storage)
    const after = await storedIn(bot.dataDir)
    expect(after['wishes']).toMatchObject([{ need: 'Levy täyttyi' }])
    expect(after['trials']).toMatchObject([{ helped: 7 }])
    expect(after['people']).toMatchObject([{ id: 'aad-maija', language: 'sv' }])
  })

  it('F67 still answers what only reads, a newcomer too', async () => {
    const clear = await fill()
    const [answer] = await actor('uusi').writes('teemat')
    expect(answer?.body.summary).toBe(fi.themes.summary)
    await clear()
    await actor('uusi').writes('teemat')
    expect((await storedIn(bot.dataDir))['people']?.map(({ id }) => id)).toContain('aad-uusi')
  })
})

describe('content that was poisoned while the bot runs', () => {
  /** Has the content read again after a file was rewritten; the line of the log that tells what came of it. */
  async function reloaded(file: string, text: string): Promise<string> {
    await writeFile(join(contentDir, file), text)
    const before = bot.log.length
    const said = () => bot.log.slice(before).find(({ msg }) => String(msg).startsWith('the content was'))
    bot.process.kill('SIGHUP')
    await until(() => said() !== undefined)
    return JSON.stringify(said())
  }

  it('F72 is not taken into use: the last good set stays, and the log names the file', async () => {
    const tool = `tools/${TOOL}.yaml`
    const strings = 'strings/fi.json'
    const good = await readFile(join(contentDir, tool), 'utf8')
    const goodStrings = await readFile(join(contentDir, strings), 'utf8')
    const shown = async () => wordsOf(cardOf((await actor('liisa').presses('tools.show', { tool: TOOL })).sent[0]))
    const before = await shown()
    const better = good.replace('Asteikko nollasta kymmeneen', 'Asteikko uusiksi')

    expect(await reloaded(tool, `${good}\nminutes: [`)).toContain(TOOL)
    await writeFile(join(contentDir, tool), better)
    expect(await reloaded(strings, goodStrings.slice(0, -5))).toContain(strings)
    expect(await shown()).toBe(before)
    await reloaded(strings, goodStrings)
    expect(await shown()).toContain('Asteikko uusiksi')
  })
})

describe('a start', () => {
  onFiles('a database is shared by any number')(
    'F68 on the folder of a running bot is refused with what to do, and the running one goes on',
    async () => {
      const { code, said } = (await second) ?? {}
      expect(code).toBe(1)
      const cure = 'Stop that one first, or give this one another DATA_DIR.'
      expect(said).toBe(`The data folder ${bot.dataDir} is in use by another process. ${cure}\n`)
      expect(await actor('liisa').writes('teemat')).toHaveLength(1)
      await expect(readFile(join(bot.dataDir, 'clock.json'))).rejects.toThrow('ENOENT')
    },
  )

  it('F72 with poisoned content is refused, and each fault named by file and field', () => {
    expect(poisoned.code).toBe(1)
    expect(poisoned.said).toMatch(new RegExp(`^ {2}- ${TOOL}, minutes: `, 'm'))
    expect(poisoned.said).toMatch(/^ {2}- strings\/sv\.json: /m)
    expect(poisoned.said).not.toContain('    at ')
  })

  it('F73 on a folder that cannot be written is refused with the folder, the reason and the cure', async () => {
    expect(unwritable.code).toBe(1)
    expect(unwritable.said).toMatch(/^The data folder .*file\/data cannot be used: ENOTDIR: .*DATA_DIR.*\n$/)
    await expect(openOpaque(join(folder, 'file', 'keys'))).rejects.toThrow(
      /^The keys folder .*file\/keys cannot be used: ENOTDIR: .*KEYS_DIR/,
    )
  })
})
