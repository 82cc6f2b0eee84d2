import { createHmac, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { assert } from '#platform/outcome'

/** Which room a buyer came from. Only we can make one; it earns its creator commission for some days. */
export interface Attribution {
  creatorId: string
  roomId: string
  sessionId: string
  roomTitle: string
  /** Whom it was issued to; null when the viewer was not signed in. */
  personId: string | null
  issuedAt: Temporal.Instant
}

export const attributionDays = 7
export const tokenLengthMax = 500
/** A title longer than this is cut, so that the token stays within its length. */
const titleBytesMax = 240
const version = 'v1'
const nobody = '00000000-0000-0000-0000-000000000000'
/** Creator, room, session, person and the time come before the title. */
const headBytes = 4 * 16 + 8

/** A token that proves the attribution: a compact body and its HMAC, both in base64url. */
export function issueAttribution(app: { secret: string }, attribution: Attribution): string {
  const { creatorId, roomId, sessionId, personId, issuedAt } = attribution
  const title = cutToBytes(attribution.roomTitle, titleBytesMax)
  const time = Buffer.alloc(8)
  time.writeBigInt64BE(BigInt(issuedAt.epochMilliseconds))
  const ids = [creatorId, roomId, sessionId, personId ?? nobody].map(bytesOfId)
  const body = Buffer.concat([...ids, time, title]).toString('base64url')
  const token = `${version}.${body}.${sign(app.secret, body)}`
  assert(token.length <= tokenLengthMax, 'a token fits where it is carried')
  return token
}

/**
 * What a token says, or null when it was not issued by us, is too old, or (where the buyer is named) was issued to somebody
 * else or would pay the buyer for his own purchase. Null means no commission, never an error. Nothing of the body is looked
 * at before the signature was compared, in constant time.
 */
export function readAttribution(
  app: { secret: string },
  token: string,
  now: Temporal.Instant,
  buyerId?: string,
): Attribution | null {
  if (token.length > tokenLengthMax) return null
  const attribution = provenBy(app.secret, token)
  if (attribution === null) return null
  const age = now.epochMilliseconds - attribution.issuedAt.epochMilliseconds
  if (age > attributionDays * 86_400_000) return null
  if (buyerId !== undefined) {
    if (attribution.personId !== null && attribution.personId !== buyerId) return null
    if (attribution.creatorId === buyerId) return null
  }
  return attribution
}

// A buyer's token comes with the price, with the order and with each order after it. What was proven once stays proven; whose it
// is and how old is asked each time. Forged tokens are not kept: they would push the true ones out.
const proven = new LRUCache<string, { secret: string; attribution: Attribution }>({ max: 20_000 })

function provenBy(secret: string, token: string): Attribution | null {
  const known = proven.get(token)
  if (known?.secret === secret) return known.attribution
  const attribution = prove(secret, token)
  if (attribution !== null) proven.set(token, { secret, attribution })
  return attribution
}

function prove(secret: string, token: string): Attribution | null {
  const [tokenVersion, body, signature, ...more] = token.split('.')
  if (tokenVersion !== version || !body || !signature || more.length > 0) return null
  // Compared as texts: one signature has several spellings in base64url, and only the one that we write counts.
  const given = Buffer.from(signature)
  const expected = Buffer.from(sign(secret, body))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null

  const bytes = Buffer.from(body, 'base64url')
  if (bytes.length < headBytes) return null
  const personId = idOfBytes(bytes, 48)
  return {
    creatorId: idOfBytes(bytes, 0),
    roomId: idOfBytes(bytes, 16),
    sessionId: idOfBytes(bytes, 32),
    personId: personId === nobody ? null : personId,
    issuedAt: Temporal.Instant.fromEpochMilliseconds(Number(bytes.readBigInt64BE(64))),
    roomTitle: bytes.toString('utf8', headBytes),
  }
}

function sign(secret: string, body: string): string {
  // The purpose is part of what is signed: a signature made for something else with the same secret proves nothing here.
  return createHmac('sha256', secret).update(`attribution.${version}.${body}`).digest('base64url')
}

function bytesOfId(id: string): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  assert(bytes.length === 16, 'an id is a UUID')
  return bytes
}

function idOfBytes(bytes: Buffer, from: number): string {
  const hex = bytes.toString('hex', from, from + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Cuts at a character, not within one. */
function cutToBytes(text: string, bytesMax: number): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length <= bytesMax) return bytes
  let end = bytesMax
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}
