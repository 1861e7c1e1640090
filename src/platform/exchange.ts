import type { Dispatcher } from 'undici'

type Answer = { status: number; retryAfter: string | string[] | undefined; text: string }

/**
 * One request and its answer, without the streams that undici's `request` builds around each: they cost as much as the
 * request. Rejects with what undici says of it. `leaves` is called at the moment at which it is written to a connection:
 * what it throws is what this rejects with, and nothing is written.
 */
export function exchange(
  over: Dispatcher,
  request: Dispatcher.DispatchOptions,
  leaves: () => void = () => undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let status = 0
    let retryAfter: Answer['retryAfter']
    const chunks: Buffer[] = []
    over.dispatch(request, {
      onRequestStart: leaves,
      onResponseStart(_controller, code, headers) {
        status = code
        retryAfter = headers['retry-after']
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd() {
        const [only, ...others] = chunks
        resolve({ status, retryAfter, text: String(others.length === 0 ? (only ?? '') : Buffer.concat(chunks)) })
      },
      onResponseError(_controller, error) {
        reject(error)
      },
    })
  })
}
