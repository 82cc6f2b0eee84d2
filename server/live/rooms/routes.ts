import * as contract from '#contract/live'
import { countLikes, isBanned, type Likes, permissionsIn } from '#live/chat'
import { noteBroughtBy } from '#live/cohosts'
import { drawDue, drawsRoutes } from '#live/draws'
import { addToBag, bagOf, mayExplain, mayPromote, orderBag, pin, removeFromBag, topicOf } from '#live/showcase'
import type { App } from '#platform/app'
import { inTransaction, personOf, type Tx, transact } from '#platform/database'
import { type Route, route } from '#platform/http'
import { isId } from '#platform/ids'
import { every } from '#platform/jobs'
import { done, type Outcome, refuse } from '#platform/outcome'
import { announcementRoutes } from './announcement-routes.ts'
import { cohostRoutes } from './cohost-routes.ts'
import { type CommentDesk, openCommentDesk } from './comment-desk.ts'
import { deskAt, deskRoutes } from './desk-routes.ts'
import { ingestBy, type MediaOf } from './ingest.ts'
import {
  close,
  endSession,
  keepGateDecision,
  openSession,
  pauseSession,
  rehearse,
  rotateKey,
  startSession,
} from './run-session.ts'
import { registerDraws, sellingRoutes } from './selling-routes.ts'
import { isOnAir, isOpen } from './session.ts'
import { findOpenSession, findRoom, findSession, findShownSession, lockSession, type SessionRow } from './store.ts'
import { roomCardsOf, roomViewOf, studioViewOf } from './views.ts'

export interface Rooms {
  routes: Route[]
  likes: Likes
  /** Rooms on air for other areas' lists. */
  cards: (actor: Parameters<typeof roomCardsOf>[1]) => ReturnType<typeof roomCardsOf>
  close(): Promise<void>
}

const likesFlushMs = 1_000

/** Binds everything of a room: topics, asks, routes. Likes are flushed once a second, and at the end. */
export function openRooms(app: App, media: MediaOf): Rooms {
  const likes = countLikes(app)
  const endFlushing = every(likesFlushMs, () => void likes.flush())
  registerTopics(app)
  const comments = openCommentDesk(app)
  registerAsks(app, likes, comments)
  registerDraws(app)
  const endDrawing = lookForDueDraws(app)
  const parts = { app, media, likes }
  return {
    routes: [
      ...viewerRoutes(parts),
      ...studioRoutes(parts),
      ...announcementRoutes(parts),
      ...cohostRoutes(parts),
      ...deskRoutes(parts),
      ...sellingRoutes(parts),
      ...drawsRoutes(app),
    ],
    likes,
    cards: (actor) => roomCardsOf(parts, actor),
    async close() {
      endFlushing()
      endDrawing()
      await comments.close()
      await likes.flush()
    },
  }
}

const drawEveryMs = 1_000

/** Lucky bags are drawn within a second of their end. One look at a time. */
function lookForDueDraws(app: App): () => void {
  let looking = false
  return every(drawEveryMs, () => {
    if (looking) return
    looking = true
    drawDue(app)
      .catch((error: unknown) =>
        app.log.error({ err: error }, 'a lucky bag was not drawn; the next second tries again'),
      )
      .finally(() => {
        looking = false
      })
  })
}

function registerTopics(app: App): void {
  app.sockets.topic({
    prefix: 'room',
    who: 'anyone',
    presence: true,
    admits: async (actor, id) =>
      isId(id) &&
      (await findRoom(app.database.db, id)) !== null &&
      !(actor.kind === 'person' && (await isBanned(app.database.db, id, actor.personId))),
  })
  app.sockets.topic({
    prefix: 'desk',
    who: 'person',
    admits: async (actor, id) => isId(id) && (await deskAt(app.database.db, id, personOf(actor))) !== null,
  })
  app.sockets.topic({
    prefix: 'person',
    who: 'person',
    admits: (actor, id) => actor.kind === 'person' && actor.personId === id,
  })
}

function registerAsks(app: App, likes: Likes, comments: CommentDesk): void {
  app.sockets.answer(contract.sayComment, async ({ actor, body, joined }) => {
    if (!joined(topicOf(body.roomId))) return refuse('not_in_room')
    const said = await comments.say({ ...body, replyTo: body.replyTo ?? null, personId: personOf(actor) })
    return said.ok ? done({ comment: said.value.view }) : said
  })
  app.sockets.answer(contract.tapLike, async ({ body, joined }) => {
    if (!joined(topicOf(body.roomId))) return refuse('not_in_room')
    const session = await findShownSession(app.database.db, body.roomId)
    if (session === null || !isOnAir(session.state)) return refuse('room_not_live')
    return done({ likes: await likes.tap({ sessionId: session.id, roomId: body.roomId }, body.taps) })
  })
}

type Parts = { app: App; media: MediaOf; likes: Likes }

function viewerRoutes(parts: Parts): Route[] {
  const { app, media } = parts
  return [
    route(contract.getRoom, async ({ actor, params }) => {
      const room = await roomViewOf(parts, params.id, actor)
      return room === null ? refuse('not_found') : done({ room })
    }),
    route(contract.listRooms, async ({ actor }) => done({ rooms: await roomCardsOf(parts, actor) })),
    route(contract.stopRoom, async ({ actor, params, body }) => {
      const outcome = await inTransaction(app, actor, async (tx) => {
        const shown = await findShownSession(tx.db, params.id)
        const session = shown === null ? null : await lockSession(tx, shown.id)
        if (session === null) return refuse('not_found')
        if (!isOnAir(session.state)) return refuse('room_not_live')
        await close(tx, session, 'banned', body.reason)
        return done({ sessionId: session.id })
      })
      if (!outcome.ok) return outcome
      media()?.kick(outcome.value.sessionId)
      return done({})
    }),
  ]
}

function studioRoutes(parts: Parts): Route[] {
  const { app, media } = parts
  const { db } = app.database
  const view = async (session: SessionRow) => ({ session: await studioViewOf(parts, session) })
  const ingestOf = ingestBy(media)
  /** Changes the bag of an own open session, and answers it as it is then. */
  const changeBag = async <Code extends string>(
    actor: Parameters<typeof personOf>[0],
    sessionId: string,
    change: (tx: Tx, session: SessionRow) => Promise<Outcome<unknown, Code>>,
  ) => {
    const outcome = await inTransaction(
      app,
      actor,
      async (tx): Promise<Outcome<null, Code | 'not_found' | 'session_ended'>> => {
        const session = await sessionForGoods(tx, { sessionId, personId: personOf(actor) })
        if (!session.ok) return session
        const changed = await change(tx, session.value)
        return changed.ok ? done(null) : changed
      },
    )
    return outcome.ok ? done({ bag: (await bagOf(db, sessionId, app.clock.now())).bag }) : outcome
  }

  return [
    route(contract.openSession, async ({ actor, body, headers }) => {
      await transact(app, (tx) => keepGateDecision(tx, personOf(actor), 'open'))
      const outcome = await inTransaction(app, actor, (tx) => openSession(tx, { ...body, creatorId: personOf(actor) }))
      if (!outcome.ok) return outcome
      const { session, streamKey } = outcome.value
      return done({
        ...(await view(session)),
        ingest: streamKey === null ? null : ingestOf({ streamId: session.id, key: streamKey }, headers),
      })
    }),
    route(contract.getMySession, async ({ actor }) => {
      const session = await findOpenSession(db, personOf(actor))
      return done({ session: session === null ? null : await studioViewOf(parts, session) })
    }),
    route(contract.rotateStreamKey, async ({ actor, params, headers }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        rotateKey(tx, { sessionId: params.id, creatorId: personOf(actor) }),
      )
      if (!outcome.ok) return outcome
      media()?.dismissPublisher(params.id)
      return done({ ingest: ingestOf({ streamId: params.id, key: outcome.value.streamKey }, headers) })
    }),
    route(contract.startSession, async ({ actor, params }) => {
      await transact(app, (tx) => keepGateDecision(tx, personOf(actor), 'start'))
      const hasSignal = media()?.stateOf(params.id)?.phase === 'publishing'
      const outcome = await inTransaction(app, actor, (tx) =>
        startSession(tx, { sessionId: params.id, creatorId: personOf(actor), hasSignal }),
      )
      return outcome.ok ? done(await view(outcome.value)) : outcome
    }),
    route(contract.pauseSession, async ({ actor, params }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        pauseSession(tx, { sessionId: params.id, creatorId: personOf(actor) }),
      )
      return outcome.ok ? done(await view(outcome.value)) : outcome
    }),
    route(contract.rehearseSession, async ({ actor, params, body }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        rehearse(tx, { sessionId: params.id, creatorId: personOf(actor), on: body.on }),
      )
      return outcome.ok ? done(await view(outcome.value)) : outcome
    }),
    route(contract.endSession, async ({ actor, params }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        endSession(tx, { sessionId: params.id, creatorId: personOf(actor) }),
      )
      if (!outcome.ok) return outcome
      media()?.kick(params.id)
      const ended = await findSession(db, params.id)
      return ended === null ? refuse('not_found') : done(await view(ended))
    }),
    route(contract.addToBag, ({ actor, params, body }) =>
      changeBag(
        actor,
        params.id,
        async (
          tx,
          session,
        ): Promise<Outcome<unknown, 'not_found' | 'bag_full' | 'not_in_alliance' | 'category_gated'>> => {
          // A helper hangs up what the host may promote, and so does a guest: it is the host's bag.
          const may = await mayPromote(tx, { creatorId: session.creatorId, productIds: body.productIds })
          if (!may.ok) return may
          const added = await addToBag(tx, { sessionId: params.id, productIds: body.productIds })
          if (added.ok)
            await noteBroughtBy(tx, { sessionId: params.id, personId: personOf(actor), productIds: added.value })
          return added
        },
      ),
    ),
    route(contract.removeFromBag, ({ actor, params }) =>
      changeBag(actor, params.id, (tx) => removeFromBag(tx, { sessionId: params.id, itemId: params.itemId })),
    ),
    route(contract.orderBag, ({ actor, params, body }) =>
      changeBag(actor, params.id, (tx) => orderBag(tx, { sessionId: params.id, itemIds: body.itemIds })),
    ),
    route(contract.pinItem, ({ actor, params, body }) =>
      inTransaction(
        app,
        actor,
        async (
          tx,
        ): Promise<Outcome<{ pinnedItemId: string | null }, 'not_found' | 'session_ended' | 'category_gated'>> => {
          const session = await sessionForGoods(tx, { sessionId: params.id, personId: personOf(actor) })
          if (!session.ok) return session
          // What was hung up while he might may be closed to him by now.
          const may = await mayExplain(tx, { ...body, sessionId: params.id, creatorId: session.value.creatorId })
          return may.ok ? pin(tx, { sessionId: params.id, itemId: body.itemId }) : may
        },
      ),
    ),
  ]
}

/** An open session whose goods this person may change: his own, or one of a room where he helps with goods. */
async function sessionForGoods(
  tx: Tx,
  of: { sessionId: string; personId: string },
): Promise<Outcome<SessionRow, 'not_found' | 'session_ended'>> {
  const session = await lockSession(tx, of.sessionId)
  if (session === null) return refuse('not_found')
  if (session.creatorId !== of.personId) {
    const helps = await permissionsIn(tx.db, {
      roomId: session.roomId,
      personId: of.personId,
      hostId: session.creatorId,
    })
    if (!helps?.includes('goods')) return refuse('not_found')
  }
  return isOpen(session.state) ? done(session) : refuse('session_ended')
}
