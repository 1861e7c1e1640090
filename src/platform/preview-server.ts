import { createServer, type ServerResponse } from 'node:http'
import { watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LANGUAGES } from '../domain/languages.ts'
import { LOOKS } from './preview-looks.ts'
import type { Shown } from './preview-samples.ts'

type Options = {
  port: number
  /** Makes the cards of a part anew whenever the page asks. `origin` is the address of this server. */
  show: Record<'samples' | 'content', (origin: string) => Promise<Shown[]>>
  /** Folders whose saved files refresh the page. */
  watched: readonly string[]
  images: string
}

export type Preview = { url: string; close(): Promise<void> }

type Reply = [status: number, type: string, body: string | Uint8Array]

const TEXT = 'text/plain; charset=utf-8'
const HOST = '127.0.0.1'
const PAGE = fileURLToPath(new URL('preview.html', import.meta.url))
const RENDERER = join(createRequire(import.meta.url).resolve('adaptivecards'), '../../dist/adaptivecards.min.js')

/** One save is several events of the file system. */
const SETTLE_MS = 80

/** Serves the preview to this machine. @throws where the port is taken */
export async function openPreview({ port, show, watched, images }: Options): Promise<Preview> {
  const listeners = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?')
    if (path === '/saved') listen(response)
    else void send(path, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  })

  let settled: NodeJS.Timeout | undefined
  const watchers = watched.map((folder) =>
    watch(folder, { recursive: true }, () => {
      clearTimeout(settled)
      settled = setTimeout(() => {
        for (const listener of listeners) listener.write('data: saved\n\n')
      }, SETTLE_MS)
    }),
  )

  return {
    url: url(),
    async close() {
      clearTimeout(settled)
      for (const watcher of watchers) watcher.close()
      for (const listener of listeners) listener.end()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function send(path: string, response: ServerResponse): Promise<void> {
    const [status, type, body] = await replyTo(path).catch((error: unknown): Reply => [
      500,
      TEXT,
      error instanceof Error ? error.message : String(error),
    ])
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
    response.end(body)
  }

  async function replyTo(path: string): Promise<Reply> {
    if (path === '/') return [200, 'text/html; charset=utf-8', await readFile(PAGE)]
    if (path === '/renderer.js') return [200, 'text/javascript; charset=utf-8', await readFile(RENDERER)]
    if (path === '/samples.json') return cardsReply(await show.samples(url()))
    if (path === '/content.json') return cardsReply(await show.content(url()))
    const image = /^\/images\/([\w-]+\.png)$/.exec(path)?.[1]
    const picture = image && (await readFile(join(images, image)).catch(() => undefined))
    return picture ? [200, 'image/png', picture] : [404, TEXT, 'There is nothing here.']
  }

  function listen(response: ServerResponse): void {
    listeners.add(response)
    response.on('close', () => listeners.delete(response))
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': waiting\n\n')
  }

  function url(): string {
    return `http://${HOST}:${(server.address() as AddressInfo).port}`
  }
}

function cardsReply(cards: Shown[]): Reply {
  return [200, 'application/json', JSON.stringify({ looks: LOOKS, languages: LANGUAGES, cards })]
}
