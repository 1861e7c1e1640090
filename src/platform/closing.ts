import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A request of which nothing, or not all of its headers, has come so long after the end is not waited for. */
const GRACE_MS = 1_000

/**
 * How a server ends while its clients keep their connections: what is under way is answered with `Connection: close`, and
 * a connection ends with its answer. node:http by itself waits for as long as clients go on asking, and looks for slow
 * ones no more.
 */
export function closing(server: Server): () => Promise<void> {
  const connections = new Set<Socket>()
  const underWay = new Map<ServerResponse, Socket>()
  let isClosing = false
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    underWay.set(response, socket)
    if (isClosing) response.shouldKeepAlive = false
    response.once('close', () => {
      underWay.delete(response)
      // Its headers may have left before the end was known.
      if (isClosing) server.closeIdleConnections()
    })
  })

  return () => {
    isClosing = true
    for (const response of underWay.keys()) response.shouldKeepAlive = false
    const grace = setTimeout(() => {
      for (const silent of connections.difference(new Set(underWay.values()))) silent.destroy()
    }, GRACE_MS)
    return new Promise((resolve) => {
      server.close(() => {
        clearTimeout(grace)
        resolve()
      })
    })
  }
}
