/** Bytes to the door of a bot as no client sends them. */
import { connect } from 'node:net'

/** What is written, in order: text, or a wait for the other side to have read what came before. */
export type Piece = string | 'rest'

export type Heard = { statuses: number[]; text: string }

/** Writes to the bot as it is told and hears it out. `then` is how the writing ends. */
export function say(url: string, pieces: readonly string[], then: 'end' | 'destroy' | 'wait' = 'end'): Promise<Heard> {
  const { port, hostname } = new URL(url)
  return new Promise((resolve) => {
    let text = ''
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    const heard = () => {
      resolve({ statuses: [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status)), text })
    }
    socket.setEncoding('utf8')
    socket.on('data', (piece: string) => (text += piece))
    socket.once('end', () => socket.end())
    socket.once('error', heard)
    socket.once('close', heard)
    socket.once('connect', () => {
      for (const piece of pieces) socket.write(piece)
      if (then === 'end') socket.end()
      if (then === 'destroy') socket.destroy()
    })
  })
}

/** One request as it stands on the wire. */
export function posting(body: string, headers: Record<string, string | number> = {}): string {
  const all = { host: 'luotsi', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST /api/messages HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
