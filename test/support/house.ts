import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import { aBot, anActor, removeFolder, type Actor, type RunningBot } from './bot.ts'
import { aConnector, type MockConnector, type TeamOfTest } from './connector.ts'
import { aLightContent } from './content.ts'

/** `env`: all settings of its bot beside the data folder and the port. */
export type House = { bot: RunningBot; connector: MockConnector; env: Record<string, string> }

/** One real bot and one mock service for the tests of a file. What was sent is forgotten before each test. */
export function aHouse(env: Record<string, string> = {}): House {
  const house = { env } as House
  furnish(house)
  return house
}

/** A house whose bot has the light content: for all that does not ask which tools there are. */
export function aLightHouse(env: Record<string, string> = {}): House {
  const house = { env } as House
  let removeContent: () => Promise<void>
  beforeAll(async () => {
    const { dir, remove } = await aLightContent()
    house.env = { ...env, CONTENT_DIR: dir }
    removeContent = remove
  })
  furnish(house)
  afterAll(() => removeContent())
  return house
}

function furnish(house: House): void {
  beforeAll(async () => {
    house.connector = await aConnector()
    house.bot = await aBot(house.env)
  }, 60_000)
  beforeEach(() => {
    house.connector.sent.length = 0
  })
  afterAll(async () => {
    await house.bot.stop()
    await house.connector.close()
    await removeFolder(house.bot.dataDir)
  })
}

/** A person in the own chat, in a team of two channels to which the app was added. */
export async function aMember({ bot, connector }: House, team: string, id: string): Promise<Actor> {
  connector.teams.set(team, aTeam(team, [id, 'colleague']))
  await anActor(bot, connector, { id, team }).causes({ type: 'installationUpdate', action: 'add' })
  connector.sent.length = 0
  return anActor(bot, connector, { id })
}

/** A team with General and one more channel; the members are named by the ids of their actors. */
export function aTeam(id: string, members: string[]): TeamOfTest {
  return {
    id,
    channels: [{ id }, { id: `${id}-arki`, name: 'Arki' }],
    members: [
      // As Teams itself answers; the Playground says aadObjectId.
      ...members.map((member) => ({ id: `29:${member}`, objectId: `aad-${member}`, name: member })),
      { id: '29:guest', aadObjectId: 'aad-guest', userRole: 'guest' },
      { id: '28:luotsi' },
    ],
  }
}
