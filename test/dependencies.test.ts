import { describe, expect, it } from '@jest/globals'
import { readFile } from 'node:fs/promises'

type Package = {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  allowScripts: Record<string, boolean>
}

type Locked = { dev?: boolean; devOptional?: boolean; license?: string }

const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '(AFL-2.1 OR BSD-3-Clause)',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
])
/** Older packages whose licence stands in their files alone: MIT. */
const READ_BY_HAND = new Set(['cldrjs', 'escape-regexp-component', 'jspath'])

async function read() {
  const manifest = JSON.parse(await readFile('package.json', 'utf8')) as Package
  return { manifest, list: await readFile('docs/dependencies.md', 'utf8') }
}

describe('the dependencies', () => {
  it('are pinned exactly', async () => {
    const { manifest } = await read()
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-beta\.\d+)?$/.test(version),
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

  it('are under licences that let anybody run, change and pass on what is shipped', async () => {
    const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
    const shipped = Object.entries(lock.packages).filter(
      ([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true,
    )
    expect(shipped.length).toBeGreaterThan(200)
    const others = shipped
      .map(([path, { license = '' }]) => ({ name: path.replace(/^.*node_modules\//, ''), license }))
      .filter(({ name, license }) => !PERMISSIVE.has(license) && !READ_BY_HAND.has(name))
    expect(others).toEqual([])
  })
})
