/** Bytes to the door of a bot as no client sends them. */
import { connect } from 'node:net'

export type Heard = { statuses: number[]; text: string }

/** Closes its half when all is written, closes it when so many answers have come, or tears the connection down. */
export type Ending = 'end' | 'tear' | { answers: number }

/** Writes to the bot piece by piece, and hears it out. */
export function say(url: string, pieces: readonly (string | Buffer)[], then: Ending = 'end'): Promise<Heard> {
  const { port, hostname } = new URL(url)
  return new Promise((resolve) => {
    let text = ''
    // The next answer follows the body of the one before without a line break.
    const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d{3}) [A-Z]/g)].map(([, status]) => Number(status))
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    const heard = () => {
      resolve({ statuses: statuses(), text })
    }
    const write = async () => {
      for (const piece of pieces) {
        socket.write(piece)
        await new Promise((next) => setImmediate(next))
      }
      if (then === 'end') socket.end()
      if (then === 'tear') socket.resetAndDestroy()
    }
    socket.setEncoding('utf8')
    socket.on('data', (piece: string) => {
      text += piece
      if (typeof then === 'object' && statuses().length >= then.answers) socket.end()
    })
    socket.once('end', () => socket.end())
    socket.once('error', heard)
    socket.once('close', heard)
    socket.once('connect', () => void write())
  })
}

/** One request as it stands on the wire. */
export function posting(body: string, headers: Record<string, string | number> = {}): string {
  const all = {
    host: 'luotsi',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST /api/messages HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}
