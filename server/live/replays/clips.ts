import { cutClip, readTimeline, removeClip } from '#live/media'
import { findSession } from '#live/rooms'
import { bagOf } from '#live/showcase'
import type { App } from '#platform/app'
import { type Actor, inTransaction, personOf } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import type { RecordingRow } from './recording.ts'
import {
  type ClipRow,
  countClips,
  deleteClipRow,
  findClip,
  findRecording,
  lockClip,
  lockRecording,
  setClipPublished,
  writeClip,
} from './store.ts'

export const clipsPerRecordingMax = 50

export type ClipWish = {
  id: string
  sessionId: string
  title: string
  fromMs: number
  untilMs: number
  productId: string | null
}

/** A recording of one's own that may be watched: what was stopped by the operator is shown again by nobody. */
export async function findOwnRecording(
  app: App,
  of: { sessionId: string; creatorId: string },
): Promise<RecordingRow | null> {
  const { db } = app.database
  const recording = await findRecording(db, of.sessionId)
  if (recording === null || recording.deletedAt !== null || recording.creatorId !== of.creatorId) return null
  return (await findSession(db, of.sessionId))?.state === 'replay' ? recording : null
}

/**
 * Cuts first and writes the row afterwards, since no transaction waits for a film. What was cut and could not be written
 * is taken away again; the same wish with the same id answers what is there.
 */
export async function makeClip(
  app: App,
  storageDir: string,
  of: { wish: ClipWish; actor: Actor },
): Promise<
  Outcome<ClipRow, 'not_found' | 'id_reused' | 'clip_outside' | 'not_in_bag' | 'too_many_clips' | 'clip_failed'>
> {
  const { wish, actor } = of
  const { db } = app.database
  const creatorId = personOf(actor)
  const known = await findClip(db, wish.id)
  if (known !== null) {
    return known.creatorId === creatorId && known.sessionId === wish.sessionId ? done(known) : refuse('id_reused')
  }
  const recording = await findOwnRecording(app, { sessionId: wish.sessionId, creatorId })
  const timeline = recording === null ? null : await readTimeline(storageDir, wish.sessionId)
  if (recording === null || timeline === null) return refuse('not_found')
  if (wish.fromMs >= timeline.durationMs) return refuse('clip_outside')
  if (wish.productId !== null) {
    const { bag } = await bagOf(db, wish.sessionId, app.clock.now())
    if (!bag.some((item) => item.productId === wish.productId)) return refuse('not_in_bag')
  }
  if ((await countClips(db, wish.sessionId)) >= clipsPerRecordingMax) return refuse('too_many_clips')

  const place = { storageDir, streamId: wish.sessionId, clipId: wish.id }
  const cut = await cutClip({ ...place, fromMs: wish.fromMs, untilMs: wish.untilMs }).catch((fault: unknown) => {
    app.log.error({ err: fault, sessionId: wish.sessionId }, 'a clip could not be cut')
    return null
  })
  if (cut === null) return refuse('clip_failed')
  const outcome = await inTransaction(app, actor, async (tx) => {
    // Nobody deletes the recording meanwhile, and two askers count one after the other.
    const locked = await lockRecording(tx, wish.sessionId)
    if (locked === null || locked.deletedAt !== null) return refuse('not_found')
    if ((await countClips(tx.db, wish.sessionId)) >= clipsPerRecordingMax) return refuse('too_many_clips')
    const { fromMs, untilMs, width, height, bytes, hasPoster } = cut
    const row = {
      ...wish,
      creatorId,
      fromMs: Math.round(fromMs),
      untilMs: Math.round(untilMs),
      width,
      height,
      bytes,
      hasPoster,
    }
    await writeClip(tx, row)
    return done(null)
  })
  const written = await findClip(db, wish.id)
  if (written !== null) return done(written)
  await removeClip(place)
  return outcome.ok ? refuse('clip_failed') : outcome
}

export async function publishClip(
  app: App,
  of: { id: string; isPublished: boolean; actor: Actor },
): Promise<Outcome<ClipRow, 'not_found' | 'clip_without_product'>> {
  return await inTransaction(app, of.actor, async (tx) => {
    const clip = await lockClip(tx, of.id)
    if (clip === null || clip.creatorId !== personOf(of.actor)) return refuse('not_found')
    if (of.isPublished && clip.productId === null) return refuse('clip_without_product')
    await setClipPublished(tx, of)
    return done({ ...clip, isPublished: of.isPublished })
  })
}

/** The row first: what nobody can find any more may be taken away. */
export async function deleteClip(
  app: App,
  storageDir: string,
  of: { id: string; actor: Actor },
): Promise<Outcome<null, 'not_found'>> {
  const outcome = await inTransaction(app, of.actor, async (tx): Promise<Outcome<ClipRow, 'not_found'>> => {
    const clip = await lockClip(tx, of.id)
    if (clip === null || clip.creatorId !== personOf(of.actor)) return refuse('not_found')
    await deleteClipRow(tx, of.id)
    return done(clip)
  })
  if (!outcome.ok) return outcome
  await removeClip({ storageDir, streamId: outcome.value.sessionId, clipId: of.id })
  return done(null)
}
