/** `npm run package`: the app package for this organisation; `-- --example` makes one that nobody can use, for CI. */
import { mkdir, writeFile } from 'node:fs/promises'
import { buildAppPackage, EXAMPLE, PackageFault, readPackageSettings, zipPackage } from '../platform/app-package.ts'

const example = process.argv.includes('--example')
const target = 'dist/luotsi.zip'

try {
  const settings = example ? EXAMPLE : readPackageSettings(process.env)
  const files = await buildAppPackage('manifest', settings)
  const zip = zipPackage(files)
  await mkdir('dist', { recursive: true })
  await writeFile(target, zip)
  console.log(`Wrote ${target} (${zip.length} bytes): ${[...files.keys()].join(', ')}`)
  console.log(`Bot ${settings.botId} at ${settings.publicUrl}`)
  console.log(example ? 'An example with an invented bot: not for upload.' : nextStep())
} catch (error) {
  if (!(error instanceof PackageFault)) throw error
  console.error(error.message)
  process.exitCode = 1
}

function nextStep(): string {
  return 'Next: Teams admin centre → Teams apps → Manage apps → Actions → Upload new app, and choose this file.'
}
