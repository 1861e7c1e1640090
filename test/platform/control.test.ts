import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as files from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { atTheStore } from '../../src/cli/at-the-store.ts'
import { NotStored } from '../../src/domain/records.ts'
import { askBot, openControl, type Commands, type Control } from '../../src/platform/control.ts'
import { openLog } from '../../src/platform/log.ts'
import type { Store } from '../../src/ports.ts'
import { temporaryFolder } from '../support/disks.ts'

let folder: string
let remove: () => void
let logged: string
const opened: Control[] = []
beforeEach(() => {
  ;({ folder, remove } = temporaryFolder())
  logged = ''
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((control) => control.close()))
  remove()
})

const log = openLog('info', { write: (line) => void (logged += line) })
const open = async (commands: Commands = {}, dataDir = folder): Promise<Control> => {
  const control = await openControl({ dataDir, commands, log })
  opened.push(control)
  return control
}
const socket = (): string => join(folder, 'control.sock')

describe('A command of the shell', () => {
  it('is run by the bot on the data folder, which answers', async () => {
    await open({ double: (asked) => Promise.resolve({ twice: (asked as { number: number }).number * 2 }) })
    expect(await askBot(folder, { command: 'double', number: 21 })).toEqual({ twice: 42 })
    const many = Array.from({ length: 20 }, (_, number) => askBot(folder, { command: 'double', number }))
    expect(await Promise.all(many)).toEqual(many.map((_, number) => ({ twice: number * 2 })))
  })

  it('goes to the bot that listens in the folder though it keeps nothing there, and without one to the store', async () => {
    const place = { DATA_DIR: folder, DATABASE_URL: undefined }
    const work = {
      here: (store: Store) => store.people.tenants(),
      there: { command: 'people' },
    }
    const control = await open({ people: () => Promise.resolve(['of the bot']) })
    expect(await atTheStore(place, work)).toEqual(['of the bot'])
    expect(files.readdirSync(folder)).toEqual(['control.sock'])
    await control.close()
    expect(await atTheStore(place, work)).toEqual([])
  })

  it('comes whole, however large up to the limit, and not beyond it', async () => {
    await open({ length: (asked) => Promise.resolve((asked as { text: string }).text.length) })
    const megabytes = (count: number) => 'Ä'.repeat((count / 2) * 1024 * 1024)
    expect(await askBot(folder, { command: 'length', text: megabytes(12) })).toBe(6 * 1024 * 1024)
    await expect(askBot(folder, { command: 'length', text: megabytes(34) })).rejects.toThrow('larger than 32 MB')
  })

  it('is told what is wrong where it is refused, and where to look where it fails', async () => {
    await open({
      full: () => Promise.reject(new NotStored('the disk is full')),
      fails: () => Promise.reject(new TypeError('a secret')),
    })
    await expect(askBot(folder, { command: 'full' })).rejects.toThrow('the disk is full')
    await expect(askBot(folder, { command: 'fails' })).rejects.toThrow('its log says where')
    await expect(askBot(folder, { command: 'toString' })).rejects.toThrow('of another version')
    expect(logged).toContain('a command of the shell failed')
    expect(logged).not.toContain('a secret')
  })

  it('finds nobody where no bot runs, nor where one was killed', async () => {
    await expect(askBot(folder, { command: 'any' })).rejects.toThrow('No bot takes commands')
    await aKilledBot()
    await expect(askBot(folder, { command: 'any' })).rejects.toThrow('No bot takes commands')
  })

  it.each(['', 'no JSON', '{"number":1}', '[]'])('that is none is answered with a fault: %s', async (line) => {
    await open({})
    expect(await said(`${line}\n`)).toMatch(/"fault":"/)
  })

  it('that ends in the middle of its line is not run', async () => {
    let runs = 0
    await open({ count: () => Promise.resolve((runs += 1)) })
    expect(await said('{"command":"count"}')).toMatch(/"fault":"/)
    expect(runs).toBe(0)
  })
})

describe('The socket of the bot', () => {
  it('is open to its own user alone, and gone once the bot has stopped', async () => {
    const mask = process.umask(0)
    const control = await open()
    expect(process.umask(mask)).toBe(0)
    expect(files.statSync(socket()).mode & 0o777).toBe(0o600)
    await control.close()
    expect(files.existsSync(socket())).toBe(false)
  })

  it('takes the place of one that a killed bot left', async () => {
    await aKilledBot()
    expect(files.existsSync(socket())).toBe(true)
    await open({ hello: () => Promise.resolve('hello') })
    expect(await askBot(folder, { command: 'hello' })).toBe('hello')
  })

  it('closes when the commands that run have been answered, and waits for nobody who says nothing', async () => {
    const started = Promise.withResolvers<undefined>()
    const work = Promise.withResolvers<string>()
    const control = await open({
      slow: () => {
        started.resolve(undefined)
        return work.promise
      },
    })
    const silent = connect(socket())
    await once(silent, 'connect')
    const answer = askBot(folder, { command: 'slow' })
    await started.promise
    const closed = control.close()
    work.resolve('done')
    expect(await answer).toBe('done')
    await closed
    silent.destroy()
  })

  it('that cannot be made does not keep the bot from running: the log and the command say why', async () => {
    const deep = join(folder, 'x'.repeat(100))
    files.mkdirSync(deep)
    await open({}, deep)
    expect(logged).toContain('too long for a socket (over 100 bytes)')
    await expect(askBot(deep, { command: 'any' })).rejects.toThrow(
      /too long for a socket.*set DATA_DIR to a shorter one/,
    )
  })
})

/** Leaves its socket behind. */
async function aKilledBot(): Promise<void> {
  const script = `require('net').createServer().listen(${JSON.stringify(socket())}, () => console.log('listening'))`
  const bot = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(bot.stdout, 'data')
  const ended = once(bot, 'exit')
  bot.kill('SIGKILL')
  await ended
}

/** What is answered to these bytes. */
async function said(bytes: string): Promise<string> {
  const to = connect(socket())
  let heard = ''
  to.on('data', (piece: Buffer) => (heard += piece.toString()))
  to.end(bytes)
  await once(to, 'close')
  return heard
}
