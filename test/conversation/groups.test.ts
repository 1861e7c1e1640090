import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fi from '../../content/strings/fi.json' with { type: 'json' }
import { aBot, anActor, placeOf, removeFolder, type RunningBot } from '../support/bot.ts'
import { aConnector, type MockConnector } from '../support/connector.ts'
import { aLightContent } from '../support/content.ts'
import { aGraph, type GraphOfTest } from '../support/graph.ts'

const TENANT = 'tenant-1'

let graph: GraphOfTest
let connector: MockConnector
let content: Awaited<ReturnType<typeof aLightContent>>
let bot: RunningBot
let folder: string

beforeAll(async () => {
  ;[graph, connector, content] = await Promise.all([aGraph(), aConnector(), aLightContent()])
  folder = await mkdtemp(join(tmpdir(), 'luotsi-'))
  graph.groups.set('group-hr', [{ id: 'aad-hanna', userPrincipalName: 'hanna@kunta.fi', userType: 'Member' }])
  graph.users.set('heikki@kunta.fi', 'aad-heikki')
  bot = await aBot({
    BOT_TENANT_ID: TENANT,
    HR_GROUP: 'group-hr',
    GRAPH_URL: graph.origin,
    CONTENT_DIR: content.dir,
  })
}, 60_000)
afterAll(async () => {
  await bot.stop()
  await Promise.all([graph.close(), connector.close(), content.remove(), ...[bot.dataDir, folder].map(removeFolder)])
})

/** HR gets the list of wishes, everybody else a form to send one. */
const readsWishes = async (id: string): Promise<boolean> => {
  const sent = await anActor(bot, connector, { id }).writes('toiveet')
  return JSON.stringify(sent).includes(fi.wishes.none)
}
/** Waits for what is read in the background; the test's own time limit ends a wait in vain. */
const untilReadsWishes = async (id: string): Promise<void> => {
  while (!(await readsWishes(id))) await new Promise((resolve) => setTimeout(resolve, 50))
}

describe('a role from an Entra group', () => {
  it('is that of its members, and of nobody else', async () => {
    await untilReadsWishes('hanna')
    expect(await readsWishes('heikki')).toBe(false)
    expect(graph.asked.map(({ authorization }) => authorization)).toEqual([undefined])
  })

  it('adds to those of an import, whose user principal names Graph tells', async () => {
    const file = join(folder, 'people.csv')
    await writeFile(file, 'id,unit,role,language\nheikki@kunta.fi,Kotihoito,hr,\n')
    const child = spawn(process.execPath, ['src/cli/people.ts', 'import', file], {
      env: { PATH: process.env['PATH'] ?? '', ...placeOf(bot.dataDir), BOT_TENANT_ID: TENANT },
      stdio: 'ignore',
    })
    await once(child, 'exit')
    expect(child.exitCode).toBe(0)
    await untilReadsWishes('heikki')
    expect(await readsWishes('hanna')).toBe(true)
    expect(await readsWishes('stranger')).toBe(false)
  })
})
