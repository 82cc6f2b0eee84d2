/**
 * Ids: UUIDv7 made by the program, so that rows sort by their birth, and secrets nobody can guess.
 *
 * Always true: ids carry no right; whoever holds one has still to be allowed.
 * Not here: short numbers that people say aloud (each module counts its own).
 */
import { createHash, randomInt as cryptoRandomInt, randomBytes, randomFillSync } from 'node:crypto'
import { V7Generator } from 'uuidv7'

// Randomness is fetched in large pieces: asking for a few bytes an id costs more than the rest of making it.
const pool = new Uint32Array(2_048)
let poolUsed = pool.length
const generator = new V7Generator({
  nextUint32() {
    if (poolUsed === pool.length) {
      randomFillSync(pool)
      poolUsed = 0
    }
    return pool[poolUsed++] ?? 0
  },
})

export function newId(): string {
  return generator.generate().toString()
}

/** The smallest id that can have been made at this instant of the real clock or later: ids sort by their birth. */
export function firstIdSince(instant: Temporal.Instant): string {
  const hex = Math.max(0, instant.epochMilliseconds).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** True for a text that the database takes as an id. */
export function isId(text: string | undefined): text is string {
  return text !== undefined && idForm.test(text)
}

/** 32 random bytes in 43 characters that are safe in a URL and a header. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a secret: SHA-256 in hex. Secrets here are long and random, so no salt is needed. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** From 0 to `below` - 1, unpredictable. */
export function randomInt(below: number): number {
  return cryptoRandomInt(below)
}

/**
 * The same name in the same namespace gives the same id (UUIDv8 over SHA-256), so that something which happens
 * "once per cause" meets its own row when it is done again.
 */
export function idFrom(namespace: string, name: string): string {
  const hash = createHash('sha256').update(namespace).update('\0').update(name).digest()
  hash.writeUInt8(((hash[6] ?? 0) & 0x0f) | 0x80, 6)
  hash.writeUInt8(((hash[8] ?? 0) & 0x3f) | 0x80, 8)
  const hex = hash.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
