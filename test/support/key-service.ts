import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * `stranger` signs under the id of `teams`, but its public half is not published; `silent` is published without
 * endorsements, `empty` with none of them.
 */
export type KeyName = 'teams' | 'webchat' | 'silent' | 'empty' | 'stranger'

export type KeyService = {
  /** The address of its OpenID configuration. */
  metadata: string
  /** False: it hangs up on whoever asks. */
  up: boolean
  /** What is no longer published. */
  withdrawn: Set<KeyName>
  /** A token of RS256 signed with a key, under another id of a key where one is given. */
  sign(claims: JWTPayload, key?: KeyName, kid?: string): Promise<string>
  /** A token of HS256 whose secret is the published key: what a verifier without a list of algorithms would take. */
  signWithPublicKey(claims: JWTPayload): Promise<string>
  close(): Promise<void>
}

/** The service that publishes the keys of the platform, on this machine alone. */
export async function aKeyService(): Promise<KeyService> {
  const [teams, webchat, silent, empty, stranger] = await Promise.all(
    Array.from({ length: 5 }, () => generateKeyPair('RS256', { extractable: true })),
  )
  if (!teams || !webchat || !silent || !empty || !stranger) throw new Error('no keys')
  const pairs = { teams, webchat, silent, empty, stranger }
  const published = async (kid: KeyName, key: CryptoKey, endorsements?: string[]) => ({
    ...(await exportJWK(key)),
    kid,
    use: 'sig',
    ...(endorsements && { endorsements }),
  })
  const keys = [
    await published('teams', teams.publicKey, ['msteams']),
    await published('webchat', webchat.publicKey, ['webchat']),
    await published('silent', silent.publicKey),
    await published('empty', empty.publicKey, []),
  ]

  const server = createServer((request, response) => {
    if (!service.up) return response.destroy()
    response.setHeader('content-type', 'application/json')
    if (request.url === '/keys') {
      return response.end(JSON.stringify({ keys: keys.filter(({ kid }) => !service.withdrawn.has(kid)) }))
    }
    response.end(JSON.stringify({ issuer: 'https://api.botframework.com', jwks_uri: `${address}/keys` }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const service: KeyService = {
    metadata: `${address}/openid`,
    up: true,
    withdrawn: new Set(),
    sign: (claims, key = 'teams', kid = key === 'stranger' ? 'teams' : key) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(pairs[key].privateKey),
    async signWithPublicKey(claims) {
      const secret = new TextEncoder().encode(await exportSPKI(teams.publicKey))
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'teams' }).sign(secret)
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close').catch(() => undefined)
    },
  }
  return service
}
