import type { z } from 'zod'
import * as clipsContract from '#contract/clips'
import * as contract from '#contract/live'
import { offersOfProducts } from '#goods/listings'
import { findSeat } from '#live/cohosts'
import { readTimeline, type Timeline } from '#live/media'
import { findSession, hostsOf } from '#live/rooms'
import { marksOf } from '#live/showcase'
import { creatorsOf } from '#people/creators'
import type { App } from '#platform/app'
import { type Actor, type Db, inTransaction, personOf } from '#platform/database'
import { positionIn, type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { deleteClip, findOwnRecording, makeClip, publishClip } from './clips.ts'
import { deleteRecording, holdRecording } from './keep.ts'
import { mayDelete, type RecordingRow } from './recording.ts'
import {
  type ClipRow,
  clipsOfProduct,
  clipsOfSession,
  findRecording,
  listRecordingRows,
  recordingsOfCreator,
  recordingsOfRoom,
} from './store.ts'

const replaysListedMax = 20
const recordingsListedMax = 50
const productClipsListedMax = 10

export function replaysRoutes(app: App, storageDir: string): Route[] {
  const { db } = app.database
  return [
    route(contract.getReplay, async ({ actor, params }) => {
      const replay = await replayOf(app, storageDir, { sessionId: params.id, actor })
      return replay === null ? refuse('not_found') : done({ replay })
    }),
    route(contract.listReplays, async ({ params }) => {
      const recordings = await recordingsOfRoom(db, params.id, replaysListedMax)
      const sessions = await Promise.all(recordings.map(({ sessionId }) => findSession(db, sessionId)))
      return done({
        replays: sessions.flatMap((session, index) => {
          const recording = recordings[index]
          if (session?.state !== 'replay' || recording === undefined) return []
          return [{ sessionId: session.id, title: session.title, startedAt: recording.beganAt.toString() }]
        }),
      })
    }),
    route(contract.listRecordings, async ({ query }) => {
      const rows = await listRecordingRows(db, { after: positionIn(query.cursor), limit: query.limit + 1 })
      const page = rows.slice(0, query.limit)
      const sessions = await Promise.all(page.map((row) => sessionOf(db, row.sessionId)))
      const hosts = await creatorsOf(
        db,
        page.map((row) => row.creatorId),
      )
      const last = page.at(-1)
      return done({
        items: page.flatMap((row, index) => {
          const session = sessions[index]
          if (session == null) return []
          return [
            {
              sessionId: row.sessionId,
              title: session.title,
              hostName: hosts.get(row.creatorId)?.name ?? '',
              state: session.state,
              beganAt: row.beganAt.toString(),
              lastAt: row.lastAt.toString(),
              keptUntil: row.keptUntil.toString(),
              mayDelete: row.deletedAt === null && mayDelete(row, app.clock.now()) === null,
              heldAt: row.heldAt?.toString() ?? null,
              heldReason: row.heldReason,
              deletedAt: row.deletedAt?.toString() ?? null,
            },
          ]
        }),
        next: rows.length > query.limit && last ? `${last.beganAt}~${last.sessionId}` : null,
      })
    }),
    route(contract.deleteRecording, async ({ actor, params }) => {
      const outcome = await inTransaction(app, actor as Actor, (tx) => deleteRecording(tx, params.id))
      return outcome.ok ? done({}) : outcome
    }),
    route(contract.holdRecording, async ({ actor, params, body }) => {
      const outcome = await inTransaction(app, actor as Actor, (tx) =>
        holdRecording(tx, { sessionId: params.id, reason: body.reason }),
      )
      return outcome.ok ? done({}) : outcome
    }),
    ...clipsRoutes(app, storageDir),
  ]
}

async function replayOf(
  app: App,
  storageDir: string,
  of: { sessionId: string; actor: Actor },
): Promise<z.input<typeof contract.replay> | null> {
  const { db } = app.database
  const recording = await findRecording(db, of.sessionId)
  const session = await findSession(db, of.sessionId)
  // A room that was stopped is not shown again, but to those who judge it.
  const isShown = session?.state === 'replay' || judges(of.actor)
  if (recording === null || recording.deletedAt !== null || session === null || !isShown) return null
  const timeline = await readTimeline(storageDir, of.sessionId)
  const host = (await hostsOf(db, of.actor, [recording.creatorId])).get(recording.creatorId)
  if (timeline === null || host === undefined) return null
  return {
    sessionId: session.id,
    roomId: session.roomId,
    title: session.title,
    host,
    startedAt: recording.beganAt.toString(),
    durationMs: Math.round(timeline.durationMs),
    playback: { hls: `/media/${session.id}/replay.m3u8` },
    poster: posterOf(session.id),
    marks: await shownMarks(app, recording, timeline),
  }
}

/** The broadcast of a recording; a guest's belongs to the one in which he sat. */
async function sessionOf(db: Db, id: string) {
  const session = await findSession(db, id)
  if (session !== null) return session
  const seat = await findSeat(db, id)
  return seat === null ? null : findSession(db, seat.sessionId)
}

const judgingRoles = ['moderator', 'operations', 'admin']

function judges(actor: Actor): boolean {
  return actor.kind === 'person' && actor.roles.some((role) => judgingRoles.includes(role))
}

const posterOf = (sessionId: string) => `/media/${sessionId}/poster.jpg`

function clipView(clip: ClipRow): z.input<typeof clipsContract.clip> {
  const { creatorId: _, hasPoster, isPublished, madeAt, ...plain } = clip
  const base = `/media/${clip.sessionId}/clip-${clip.id}`
  return {
    ...plain,
    video: `${base}.mp4`,
    poster: hasPoster ? `${base}.jpg` : null,
    published: isPublished,
    madeAt: madeAt.toString(),
  }
}

/** What creators do with their recordings, and what buyers see of it beside a product. */
function clipsRoutes(app: App, storageDir: string): Route[] {
  const { db } = app.database
  return [
    route(clipsContract.listMyRecordings, async ({ actor }) => {
      const recordings = await recordingsOfCreator(db, personOf(actor), recordingsListedMax)
      const sessions = await Promise.all(recordings.map(({ sessionId }) => findSession(db, sessionId)))
      return done({
        recordings: sessions.flatMap((session, index) => {
          const recording = recordings[index]
          if (session?.state !== 'replay' || recording === undefined) return []
          const { id, title } = session
          return [
            {
              sessionId: id,
              title,
              startedAt: recording.beganAt.toString(),
              poster: posterOf(id),
              clips: recording.clips,
            },
          ]
        }),
      })
    }),
    route(clipsContract.getMyRecording, async ({ actor, params }) => {
      const own = await findOwnRecording(app, { sessionId: params.id, creatorId: personOf(actor) })
      const replay = own === null ? null : await replayOf(app, storageDir, { sessionId: params.id, actor })
      if (replay === null) return refuse('not_found')
      return done({ replay, clips: (await clipsOfSession(db, params.id)).map(clipView) })
    }),
    route(clipsContract.makeClip, async ({ actor, params, body }) => {
      const { lengthMs, ...wish } = body
      const outcome = await makeClip(app, storageDir, {
        wish: { ...wish, untilMs: wish.fromMs + lengthMs, sessionId: params.id },
        actor,
      })
      return outcome.ok ? done({ clip: clipView(outcome.value) }) : outcome
    }),
    route(clipsContract.publishClip, async ({ actor, params, body }) => {
      const outcome = await publishClip(app, { id: params.id, isPublished: body.published, actor })
      return outcome.ok ? done({ clip: clipView(outcome.value) }) : outcome
    }),
    route(clipsContract.deleteClip, async ({ actor, params }) => {
      const outcome = await deleteClip(app, storageDir, { id: params.id, actor })
      return outcome.ok ? done({}) : outcome
    }),
    route(clipsContract.listProductClips, async ({ params }) => {
      const clips = await clipsOfProduct(db, params.id, productClipsListedMax)
      const sessions = await Promise.all(clips.map(({ sessionId }) => findSession(db, sessionId)))
      return done({ clips: clips.filter((_, index) => sessions[index]?.state === 'replay').map(clipView) })
    }),
  ]
}

/** What was explained and when, as places in the recording. Products that are not sold any more have no card. */
async function shownMarks(app: App, recording: RecordingRow, timeline: Timeline) {
  const marks = await marksOf(app.database.db, recording.sessionId)
  const offers = await offersOfProducts(
    app.database.db,
    marks.map((mark) => mark.productId),
    { now: app.clock.now() },
  )
  const positionOf = (at: Temporal.Instant) =>
    Math.round(timeline.positionMsOf(at.epochMilliseconds - recording.clockAheadMs))
  return marks.flatMap((mark) => {
    const offer = offers.get(mark.productId)
    if (offer === undefined) return []
    return [
      {
        productId: mark.productId,
        title: offer.title,
        picture: offer.picture,
        priceMinor: offer.priceMinor,
        currency: offer.currency as typeof app.config.currency,
        soldOut: offer.soldOut,
        fromMs: positionOf(mark.fromAt),
        untilMs: mark.untilAt === null ? Math.round(timeline.durationMs) : positionOf(mark.untilAt),
      },
    ]
  })
}
