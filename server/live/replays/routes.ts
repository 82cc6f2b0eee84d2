import * as contract from '#contract/live'
import { offersOfProducts } from '#goods/listings'
import { readTimeline, type Timeline } from '#live/media'
import { findSession, hostsOf } from '#live/rooms'
import { marksOf } from '#live/showcase'
import type { App } from '#platform/app'
import { type Actor, inTransaction } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { deleteRecording, holdRecording } from './keep.ts'
import type { RecordingRow } from './recording.ts'
import { findRecording, recordingsOfRoom } from './store.ts'

const replaysListedMax = 20

export function replaysRoutes(app: App, storageDir: string): Route[] {
  const { db } = app.database
  return [
    route(contract.getReplay, async ({ actor, params }) => {
      const recording = await findRecording(db, params.id)
      const session = await findSession(db, params.id)
      // A room that was stopped is not shown again.
      if (recording === null || recording.deletedAt !== null || session?.state !== 'replay') return refuse('not_found')
      const timeline = await readTimeline(storageDir, params.id)
      if (timeline === null) return refuse('not_found')
      const host = (await hostsOf(db, actor, [recording.creatorId])).get(recording.creatorId)
      if (host === undefined) return refuse('not_found')
      return done({
        replay: {
          sessionId: session.id,
          roomId: session.roomId,
          title: session.title,
          host,
          startedAt: recording.beganAt.toString(),
          durationMs: Math.round(timeline.durationMs),
          playback: { hls: `/media/${session.id}/replay.m3u8` },
          marks: await shownMarks(app, recording, timeline),
        },
      })
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
