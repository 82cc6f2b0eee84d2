import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export const streamKeyPrefix = 'live_'
export const streamKeyRandomBytes = 24
// Wide enough for keys of other makers, narrow enough that nothing else is ever asked for or hashed.
const streamKeyShape = /^[A-Za-z0-9_-]{16,128}$/

/** A new stream key. The key itself is shown to the creator once; only its hash is kept. */
export function createStreamKey(): { key: string; hash: string } {
  const key = streamKeyPrefix + randomBytes(streamKeyRandomBytes).toString('base64url')
  return { key, hash: hashStreamKey(key) }
}

/** A plain SHA-256 is enough: the key is 192 random bits, so there is nothing to guess faster than by trying them all. */
export function hashStreamKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Compares in constant time, so that a wrong key tells nothing about a right one. */
export function streamKeyMatches(key: string, hash: string): boolean {
  const expected = Buffer.from(hash, 'hex')
  const actual = Buffer.from(hashStreamKey(key), 'hex')
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

export function isStreamKeyShaped(key: string): boolean {
  return streamKeyShape.test(key)
}

/** What a log may show of a key: enough to see that two lines mean the same one. */
export function streamKeyLabel(key: string): string {
  return hashStreamKey(key).slice(0, 8)
}
