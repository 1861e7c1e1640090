/** One answer of one person, so that nobody without the round's key can read it or tell whose it is (privacy rule 3). */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'

/** A choice: 0–10, or undefined for “cannot say”. */
export type Choice = number | undefined

const NONCE_BYTES = 12
const TAG_BYTES = 16
const CANNOT_SAY = 255

/** HMAC-SHA256 of tenant, person (Entra object id) and round with the round's key, in hexadecimal: the same person has one answer. */
export function answerToken(key: Buffer, tenant: string, person: string, round: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([tenant, person, round]))
    .digest('hex')
}

/**
 * AES-256-GCM under a key drawn from the round's, bound to the token; of the same length whatever was chosen. The nonce
 * is drawn from token and choices (RFC 8452's idea), so that no two different answers ever share one.
 */
export function sealAnswer(key: Buffer, token: string, choices: readonly Choice[]): string {
  const plain = Buffer.from(choices.map((choice) => choice ?? CANNOT_SAY))
  const nonce = derived(key, 'nonce', token, plain.toString('hex')).subarray(0, NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', derived(key, 'answers'), nonce).setAAD(Buffer.from(token))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** @throws Error where key, token and sealed answer do not belong together */
export function openAnswer(key: Buffer, token: string, sealed: string): Choice[] {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', derived(key, 'answers'), bytes.subarray(0, NONCE_BYTES))
  decipher.setAAD(Buffer.from(token)).setAuthTag(bytes.subarray(-TAG_BYTES))
  const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  return [...plain].map((byte) => (byte === CANNOT_SAY ? undefined : byte))
}

function derived(key: Buffer, ...use: string[]): Buffer {
  return createHmac('sha256', key).update(JSON.stringify(use)).digest()
}
