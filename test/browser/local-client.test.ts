import { afterEach, describe, expect, it } from '@jest/globals'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { aDataDir, removeFolder } from '../support/bot.ts'
import { freePort, npmStart } from '../support/browser.ts'

const folders: string[] = []
afterEach(async () => {
  await Promise.all(folders.splice(0).map(removeFolder))
})

async function aFolder(): Promise<string> {
  const folder = await aDataDir()
  folders.push(folder)
  return folder
}

/** The children of a process, as the kernel knows them. */
function childrenOf(pid: number | undefined): number[] {
  return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .map(Number)
    .filter(Boolean)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The addresses at which somebody listens on this port, as the kernel writes them: 0100007F is 127.0.0.1. */
function listenersOn(port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(suffix) === true && state === '0A')
      .map(([, local]) => local?.replace(suffix, '') ?? ''),
  )
}

async function untilGone(pids: number[]): Promise<void> {
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function aFailedStart(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['src/cli/local.ts'], {
    env: { PATH: process.env['PATH'] ?? '', DATA_DIR: await aFolder(), ...env },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(child, 'exit')
  return { code: child.exitCode, said }
}

describe('npm start', () => {
  it('prints the address to open last, listens on this machine alone, and ends both children on Ctrl-C', async () => {
    const local = await npmStart(await aFolder())
    expect(local.said().trimEnd().split('\n').at(-1)).toBe(local.address)
    for (const port of [local.botPort, local.playgroundPort]) expect(listenersOn(port)).toEqual(['0100007F'])
    const children = childrenOf(local.process.pid)
    expect(children).toHaveLength(2)
    const ended = once(local.process, 'exit')
    local.process.kill('SIGINT')
    await ended
    expect(local.process.exitCode).toBe(0)
    await untilGone(children)
  })

  it.each([0, 1])('ends everything when child %i dies, and says which', async (which) => {
    const local = await npmStart(await aFolder())
    const children = childrenOf(local.process.pid)
    const ended = once(local.process, 'exit')
    process.kill(children[which] ?? 0, 'SIGKILL')
    await ended
    expect(local.process.exitCode).toBe(1)
    expect(local.said()).toMatch(/(Luotsi|Agents Playground) ended by itself/)
    await untilGone(children)
  })

  it('leaves no child behind when it is killed itself', async () => {
    const local = await npmStart(await aFolder())
    const children = childrenOf(local.process.pid)
    local.process.kill('SIGKILL')
    await untilGone(children)
    expect(children).toHaveLength(2)
  })

  it.each(['PORT', 'PLAYGROUND_PORT'])('says plainly that %s is taken', async (setting) => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const others = { PORT: String(await freePort()), PLAYGROUND_PORT: String(await freePort()) }
    const { code, said } = await aFailedStart({ ...others, [setting]: port })
    taken.close()
    expect(code).toBe(1)
    expect(said).toContain(`Port ${port} is taken by another program: end it, or set ${setting}`)
  })

  it('does not start with the settings of a real bot', async () => {
    const { code, said } = await aFailedStart({ BOT_ID: 'b', BOT_TENANT_ID: 't' })
    expect(code).toBe(1)
    expect(said).toContain('use npm run bot')
  })
})
