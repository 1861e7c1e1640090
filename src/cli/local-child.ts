/** Preloaded into the two children of `npm start`: they end with their parent, and listen on this machine alone. */
import { Server, type ListenOptions } from 'node:net'

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
})

const { listen } = Server.prototype as { listen: (this: Server, ...given: unknown[]) => Server }
Server.prototype.listen = function listenOnLoopback(this: Server, ...given: unknown[]): Server {
  const [first, second, ...rest] = given
  const call = (args: unknown[]) => Reflect.apply(listen, this, args)
  if (typeof first === 'number' && typeof second !== 'string') return call([first, '127.0.0.1', second, ...rest])
  const options = first as ListenOptions | undefined
  if (typeof first === 'object' && options?.port !== undefined && options.host === undefined) {
    return call([{ ...options, host: '127.0.0.1' }, second, ...rest])
  }
  return call(given)
}
