/** `npm run bench`: every benchmark of this folder after another, each with its own table. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

const benchmarks = readdirSync('bench').filter((file) => file.endsWith('.ts') && file !== 'index.ts')
let failed = 0
for (const file of benchmarks) {
  console.log(`\n## ${file}`)
  const { status } = spawnSync(process.execPath, [`bench/${file}`], { stdio: 'inherit' })
  if (status !== 0) failed += 1
}
process.exitCode = failed === 0 ? 0 : 1
