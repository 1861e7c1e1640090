import { describe, expect, it } from '@jest/globals'
import { readFile } from 'node:fs/promises'

type Package = {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  allowScripts: Record<string, boolean>
}

async function read() {
  const manifest = JSON.parse(await readFile('package.json', 'utf8')) as Package
  return { manifest, list: await readFile('docs/dependencies.md', 'utf8') }
}

describe('the dependencies', () => {
  it('are pinned exactly', async () => {
    const { manifest } = await read()
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    )
    expect(loose).toEqual([])
  })

  it('each have a line that says what they are for, and no line is left over', async () => {
    const { manifest, list } = await read()
    const rows = list
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.includes('---') && !/^\| (package|for development) /.test(line))
    const named = rows.flatMap((row) => (row.split('|')[1] ?? '').split(',').map((name) => name.trim()))
    expect(named.toSorted()).toEqual(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).toSorted())
  })

  it('run no install script that was not decided on', async () => {
    const { manifest } = await read()
    const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean }>
    }
    const scripted = Object.entries(lock.packages)
      .filter(([path, entry]) => path !== '' && entry.hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ''))
    for (const name of scripted) expect(Object.keys(manifest.allowScripts)).toContain(name)
  })

  it('come with no address of a registry in the lock file', async () => {
    expect(await readFile('package-lock.json', 'utf8')).not.toMatch(/"resolved"/)
  })
})
