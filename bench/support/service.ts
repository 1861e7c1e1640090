/** The platform's side, on a thread of its own: it answers each request after a tenth of a second, and notes when it came. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const LATENCY_MS = 100
const PAUSE_SECONDS = 0.1

type Given = { faults: boolean; latencyMs: number }

/** Times of arrival, in milliseconds, and how many were refused for coming too fast. */
export type Seen = { at: number[]; refused: number }

if (!isMainThread) playService(workerData as Given)

/** With `faults`, of a hundred answers one each is 502, 412 and 429. */
export async function aService(
  faults: boolean,
  latencyMs = LATENCY_MS,
): Promise<{ url: string; end(): Promise<Seen> }> {
  const worker = new Worker(import.meta.filename, { workerData: { faults, latencyMs } })
  const url = await new Promise<string>((resolve) => worker.once('message', resolve))
  return {
    url,
    async end() {
      const seen = new Promise<Seen>((resolve) => worker.once('message', resolve))
      worker.postMessage('end')
      const result = await seen
      await worker.terminate()
      return result
    },
  }
}

function playService({ faults, latencyMs }: Given): void {
  const seen: Seen = { at: [], refused: 0 }
  let last = 0
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      seen.at.push(performance.now())
      last += 1
      const status = !faults ? 201 : last % 100 === 1 ? 502 : last % 100 === 34 ? 412 : last % 100 === 67 ? 429 : 201
      const id = `activity-${last}`
      setTimeout(() => {
        response.writeHead(status, {
          'content-type': 'application/json',
          ...(status === 429 && { 'retry-after': String(PAUSE_SECONDS) }),
        })
        response.end(JSON.stringify({ id }))
      }, latencyMs)
    })
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => {
    parentPort?.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
  parentPort?.on('message', () => parentPort?.postMessage(seen))
}
