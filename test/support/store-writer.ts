/** A process to kill: changes people without end, and prints each change once it is acknowledged. */
import { openEmbeddedStore } from '../../src/platform/embedded-store.ts'

const [folder = '', round = ''] = process.argv.slice(2)
const store = await openEmbeddedStore(folder)
process.stdout.write('open\n')

for (let version = 1; ; version++) {
  const burst = Array.from({ length: 40 }, async (_, n) => {
    const id = `person ${(version * 37 + n * 11) % 400}`
    await store.people.change('t', id, () => ({ id, userId: 'x'.repeat(700), locale: `${round}:${version}` }))
    process.stdout.write(`${id}=${round}:${version}\n`)
    const team = `${round}:${version}:${n}`
    if (n > 1) return
    await store.teams.change('t', team, () => ({ id: team, name: team, serviceUrl: '', channels: [], members: [] }))
    process.stdout.write(`team=${team}\n`)
  })
  await Promise.all(burst)
}
