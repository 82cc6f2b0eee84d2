import { seatsOfGuest, vacateSeat } from '#live/cohosts'
import { createStreamKey } from '#live/media'
import { closeBag, openBag, topicOf } from '#live/showcase'
import { creatorsOf, decideGate, recordGateDecision } from '#people/creators'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { isOpen, isPublic, mayMove, type SessionState } from './session.ts'
import {
  findOpenSession,
  insertMove,
  insertSession,
  lockSession,
  openAnnounced,
  roomOfCreator,
  type SessionRow,
  setKeyHash,
  setState,
} from './store.ts'

/** Opens a session for a creator whose gate is open. The key is answered once and kept as its hash. */
export async function openSession(
  tx: Tx,
  of: { id: string; creatorId: string; title: string; isDemo?: boolean },
): Promise<
  Outcome<{ session: SessionRow; streamKey: string | null }, 'gate_closed' | 'session_already_open' | 'not_found'>
> {
  const gate = await passGate(tx, of.creatorId)
  if (!gate.ok) return gate
  // Nobody is on air in two rooms.
  const sitsElsewhere = (await seatsOfGuest(tx.db, of.creatorId, 100)).some((seat) => seat.state === 'joined')
  if (sitsElsewhere) return refuse('session_already_open')
  const { key, hash } = createStreamKey()
  const cover = await coverOf(tx, of.creatorId)
  const room = await roomOfCreator(tx, { creatorId: of.creatorId, newRoomId: newId(), cover })
  const announced = await lockSession(tx, of.id)
  if (announced?.state === 'scheduled' && announced.creatorId === of.creatorId) {
    if ((await findOpenSession(tx.db, of.creatorId)) !== null) return refuse('session_already_open')
    await openAnnounced(tx, { id: of.id, title: of.title, keyHash: hash })
    await move(tx, announced, 'preparing')
    await openBag(tx, { sessionId: announced.id, roomId: room.id })
    return done({ session: { ...announced, title: of.title, state: 'preparing' }, streamKey: key })
  }
  const isNew = await insertSession(tx, {
    id: of.id,
    roomId: room.id,
    creatorId: of.creatorId,
    title: of.title,
    keyHash: hash,
    isDemo: of.isDemo ?? false,
  })
  const session = await findOpenSession(tx.db, of.creatorId)
  if (!isNew) {
    // The same id again is the same session; its key was shown once and can only be made anew.
    if (session?.id === of.id) return done({ session, streamKey: null })
    return refuse('session_already_open')
  }
  assert(session !== null, 'a session that was opened is open')
  await openBag(tx, { sessionId: session.id, roomId: room.id })
  return done({ session, streamKey: key })
}

/** Where the picture of a creator's room is kept. */
export async function coverOf(tx: Tx, creatorId: string): Promise<string> {
  return `covers/${(await creatorsOf(tx.db, [creatorId])).get(creatorId)?.handle ?? 'room'}.webp`
}

/** A new key; the old one stops at once. Answers whose publisher must be cut off. */
export async function rotateKey(
  tx: Tx,
  of: { sessionId: string; creatorId: string },
): Promise<Outcome<{ streamKey: string }, 'not_found' | 'session_ended'>> {
  const session = await ownSession(tx, of)
  if (!session.ok) return session
  const { key, hash } = createStreamKey()
  await setKeyHash(tx, of.sessionId, hash)
  return done({ streamKey: key })
}

/** On air, or on after a pause: needs an open gate and a picture. */
export async function startSession(
  tx: Tx,
  of: { sessionId: string; creatorId: string; hasSignal: boolean },
): Promise<Outcome<SessionRow, 'not_found' | 'gate_closed' | 'session_ended' | 'no_signal'>> {
  const found = await ownSession(tx, of)
  if (!found.ok) return found
  const session = found.value
  if (session.state === 'live') return done(session)
  const gate = await passGate(tx, of.creatorId)
  if (!gate.ok) return gate
  if (!of.hasSignal) return refuse('no_signal')
  await move(tx, session, 'live')
  if (session.state === 'paused') return done({ ...session, state: 'live' })
  const creator = (await creatorsOf(tx.db, [session.creatorId])).get(session.creatorId)
  tx.emit({
    name: 'session.started',
    sessionId: session.id,
    roomId: session.roomId,
    creatorId: session.creatorId,
    title: session.title,
    creatorName: creator?.name ?? '',
    creatorAvatar: creator?.avatar ?? null,
  })
  return done({ ...session, state: 'live', startedAt: session.startedAt ?? tx.now })
}

/** Everything as on air, but for nobody: the picture comes, and only the host and his helpers see it. Off again goes back. */
export async function rehearse(
  tx: Tx,
  of: { sessionId: string; creatorId: string; on: boolean },
): Promise<Outcome<SessionRow, 'not_found' | 'session_ended' | 'session_live'>> {
  const found = await ownSession(tx, of)
  if (!found.ok) return found
  const session = found.value
  const wanted = of.on ? 'rehearsal' : 'preparing'
  if (session.state === wanted) return done(session)
  if (!mayMove(session.state, wanted)) return refuse('session_live')
  await move(tx, session, wanted)
  return done({ ...session, state: wanted })
}

/** The recording is whole and may be seen. Answers false when the session is not one that has ended. */
export async function openReplay(tx: Tx, sessionId: string): Promise<boolean> {
  const session = await lockSession(tx, sessionId)
  if (session === null || !mayMove(session.state, 'replay')) return false
  await move(tx, session, 'replay')
  return true
}

/** Viewers see a waiting card instead of the picture; what is in the bag is still for sale. */
export async function pauseSession(
  tx: Tx,
  of: { sessionId: string; creatorId: string },
): Promise<Outcome<SessionRow, 'not_found' | 'session_ended' | 'session_not_live'>> {
  const found = await ownSession(tx, of)
  if (!found.ok) return found
  const session = found.value
  if (session.state === 'paused') return done(session)
  if (!mayMove(session.state, 'paused')) return refuse('session_not_live')
  await move(tx, session, 'paused')
  return done({ ...session, state: 'paused' })
}

export async function endSession(
  tx: Tx,
  of: { sessionId: string; creatorId: string },
): Promise<Outcome<SessionRow, 'not_found'>> {
  const session = await lockSession(tx, of.sessionId)
  if (session === null || session.creatorId !== of.creatorId) return refuse('not_found')
  if (!isOpen(session.state)) return done(session)
  await close(tx, session, 'ended', 'ended by its host')
  return done({ ...session, state: 'ended', endedAt: tx.now })
}

/** Ends an open session for a reason of its own: banned by an operator, or left without a picture. */
export async function close(tx: Tx, session: SessionRow, state: 'ended' | 'banned', reason: string): Promise<void> {
  await move(tx, session, state, reason)
  await closeBag(tx, session.id)
  await vacateSeat(tx, { sessionId: session.id })
  tx.emit({ name: 'session.ended', sessionId: session.id, roomId: session.roomId, creatorId: session.creatorId, state })
}

async function move(tx: Tx, session: SessionRow, state: SessionState, reason: string | null = null): Promise<void> {
  assert(mayMove(session.state, state), `a session may go from ${session.state} to ${state}`)
  await setState(tx, session.id, state, reason)
  await insertMove(tx, { sessionId: session.id, from: session.state, to: state, reason })
  const message = { kind: 'session', state, sessionId: session.id, ...(state === 'banned' ? { reason } : {}) }
  // What strangers do not know of they do not hear of either.
  if (isPublic(state)) tx.tell(topicOf(session.roomId), message)
  tx.tell(`person:${session.creatorId}`, message)
}

/** The creator's own session, locked and still open. Foreign and missing look the same. */
export async function ownSession(
  tx: Tx,
  of: { sessionId: string; creatorId: string },
): Promise<Outcome<SessionRow, 'not_found' | 'session_ended'>> {
  const session = await lockSession(tx, of.sessionId)
  if (session === null || session.creatorId !== of.creatorId) return refuse('not_found')
  return isOpen(session.state) ? done(session) : refuse('session_ended')
}

/** Judged from the facts of this moment. The caller keeps the decision, also when it refuses and all else rolls back. */
export async function passGate(tx: Tx, creatorId: string): Promise<Outcome<null, 'gate_closed'>> {
  const decision = await decideGate(tx, { creatorId, capability: 'live' })
  if (decision.passed) return done(null)
  const failed = decision.clauses.find((clause) => !clause.passed)
  return refuse('gate_closed', {
    clause: failed?.clause ?? '',
    needed: failed?.needed ?? 0,
    actual: failed?.actual ?? 0,
    short: failed?.short ?? 0,
  })
}

/** Keeps the decision on which a session was opened or started, or was not. In a transaction of its own. */
export async function keepGateDecision(tx: Tx, creatorId: string, purpose: 'open' | 'start'): Promise<void> {
  await recordGateDecision(tx, await decideGate(tx, { creatorId, capability: 'live' }), `session_${purpose}`)
}
