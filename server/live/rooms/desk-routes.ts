import * as moderation from '#contract/moderation'
import * as contract from '#contract/room-desk'
import {
  deskOf,
  deskTopicOf,
  loadComments,
  markAnswered,
  type Permission,
  permissionsIn,
  pinComment,
  setHelper,
  setRules,
  silence,
} from '#live/chat'
import { topicOf } from '#live/showcase'
import { creatorsOf } from '#people/creators'
import type { App } from '#platform/app'
import { type Actor, type Db, inTransaction, lastNumberOf, personOf, type Tx } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, type Outcome, refuse } from '#platform/outcome'
import { reportTo } from '#trust/moderation'
import { findOpenSession, findRoom, findShownSession, type RoomRow } from './store.ts'

/** What host and helpers do with what is said. A room in which somebody has no desk looks as if it were missing. */
export function deskRoutes({ app }: { app: App }): Route[] {
  const { db } = app.database

  /** Runs what needs a permission, for the host or a helper who has it. */
  const permitted = <Code extends string>(
    actor: Actor,
    roomId: string,
    wanted: Permission | 'host',
    run: (tx: Tx, room: RoomRow) => Promise<Outcome<Record<string, never>, Code>>,
  ) =>
    inTransaction(
      app,
      actor,
      async (tx): Promise<Outcome<Record<string, never>, Code | 'not_found' | 'not_permitted'>> => {
        const at = await deskAt(tx.db, roomId, personOf(actor))
        if (at === null) return refuse('not_found')
        const may = wanted === 'host' ? at.isHost : at.permissions.includes(wanted)
        return may ? run(tx, at.room) : refuse('not_permitted')
      },
    )

  return [
    route(contract.getRoomDesk, async ({ actor, params }) => {
      const topicNumber = await lastNumberOf(db, deskTopicOf(params.id))
      const at = await deskAt(db, params.id, personOf(actor))
      if (at === null) return refuse('not_found')
      const session = (await findOpenSession(db, at.room.creatorId)) ?? (await findShownSession(db, params.id))
      const creator = (await creatorsOf(db, [at.room.creatorId])).get(at.room.creatorId)
      return done({
        desk: {
          roomId: params.id,
          sessionId: session?.id ?? null,
          hostName: creator?.name ?? '',
          title: session?.title ?? '',
          isHost: at.isHost,
          permissions: at.permissions,
          ...(await deskOf(db, { roomId: params.id, sessionId: session?.id ?? null })),
          topic: deskTopicOf(params.id),
          topicNumber,
        },
      })
    }),
    route(contract.setChatRules, ({ actor, params, body }) =>
      permitted(actor, params.id, 'words', async (tx) => {
        await setRules(tx, { roomId: params.id, ...body })
        return done({})
      }),
    ),
    route(contract.setHelper, ({ actor, params, body }) =>
      permitted(actor, params.id, 'host', async (tx, room) => {
        if (params.personId === room.creatorId) return refuse('not_found')
        const hostName = (await creatorsOf(tx.db, [room.creatorId])).get(room.creatorId)?.name ?? ''
        return setHelper(tx, { roomId: params.id, personId: params.personId, hostName, ...body })
      }),
    ),
    route(contract.setSilence, ({ actor, params, body }) =>
      permitted(actor, params.id, body.kind === 'banned' ? 'ban' : 'mute', async (tx, room) => {
        // Nobody silences the house.
        const isOfTheHouse = await permissionsIn(tx.db, {
          roomId: params.id,
          personId: params.personId,
          hostId: room.creatorId,
        })
        if (isOfTheHouse !== null && body.kind !== 'none') return refuse('not_permitted')
        await silence(tx, { roomId: params.id, personId: params.personId, byId: personOf(actor), kind: body.kind })
        if (body.kind === 'banned') tx.afterCommit(() => app.sockets.expel(topicOf(params.id), params.personId))
        return done({})
      }),
    ),
    route(contract.pinComment, ({ actor, params, body }) =>
      permitted(actor, params.id, 'pin', async (tx, room) => {
        const session = await findOpenSession(tx.db, room.creatorId)
        if (session === null) return refuse('room_not_live')
        return pinComment(tx, { roomId: params.id, sessionId: session.id, commentId: body.commentId })
      }),
    ),
    route(contract.markAnswered, ({ actor, params, body }) =>
      permitted(actor, params.id, 'reply', (tx) =>
        markAnswered(tx, { roomId: params.id, commentId: params.commentId, byId: personOf(actor), ...body }),
      ),
    ),
    route(moderation.fileReport, ({ actor, body }) =>
      inTransaction(app, actor, async (tx) => {
        const session = await findShownSession(tx.db, body.roomId)
        if (session === null) return refuse('not_found')
        const common = { id: body.id, reason: body.reason, note: body.note, reporterId: personOf(actor) }
        const at = { roomId: body.roomId, sessionId: session.id }
        if (body.commentId === null) {
          const creator = (await creatorsOf(tx.db, [session.creatorId])).get(session.creatorId)
          const subject = { ...at, commentId: null, personId: session.creatorId, name: creator?.name ?? '' }
          const { dueAt } = await reportTo(tx, {
            ...common,
            kind: 'room',
            subject: { ...subject, text: session.title, at: tx.now.toString() },
          })
          return done({ dueAt: dueAt.toString() })
        }
        const [said] = await loadComments(tx.db, [{ roomId: body.roomId, id: body.commentId }])
        if (said === undefined || said.isHidden) return refuse('not_found')
        const { sessionId, personId, name, text } = said
        const { dueAt } = await reportTo(tx, {
          ...common,
          kind: 'comment',
          subject: { roomId: body.roomId, sessionId, commentId: said.id, personId, name, text, at: said.at.toString() },
        })
        return done({ dueAt: dueAt.toString() })
      }),
    ),
  ]
}

/** The room and what this person may do at its desk; null when he has no desk there. */
export async function deskAt(
  db: Db,
  roomId: string,
  personId: string,
): Promise<{ room: RoomRow; isHost: boolean; permissions: Permission[] } | null> {
  const room = await findRoom(db, roomId)
  if (room === null) return null
  const permissions = await permissionsIn(db, { roomId, personId, hostId: room.creatorId })
  return permissions === null ? null : { room, isHost: room.creatorId === personId, permissions }
}
