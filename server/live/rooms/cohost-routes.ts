import type { z } from 'zod'
import * as contract from '#contract/cohosts'
import {
  endCohosting,
  findSeat,
  inviteCohost,
  joinAsCohost,
  openSeats,
  rotateCohostKey,
  type SeatRow,
  seatsOfGuest,
} from '#live/cohosts'
import { creatorByHandle } from '#people/creators'
import { type Actor, inTransaction, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, type Outcome, refuse } from '#platform/outcome'
import { ingestBy } from './ingest.ts'
import { ownSession } from './run-session.ts'
import { isOpen } from './session.ts'
import { findOpenSession, findSession, lockSession } from './store.ts'
import { hostsOf, type Parts, seatPlaybackOf, studioViewOf } from './views.ts'

const seatsShownMax = 20

/** Two hosts, one bag: the seat beside the host. */
export function cohostRoutes(parts: Parts): Route[] {
  const { app, media } = parts
  const { db } = app.database
  const ingestOf = ingestBy(media)

  const views = async (seats: readonly SeatRow[], actor: Actor): Promise<z.input<typeof contract.seat>[]> => {
    const hosts = await hostsOf(
      db,
      actor,
      seats.flatMap((seat) => [seat.hostId, seat.guestId]),
    )
    const sessions = await Promise.all(seats.map((seat) => findSession(db, seat.sessionId)))
    return seats.flatMap((seat, index) => {
      const [host, guest, session] = [hosts.get(seat.hostId), hosts.get(seat.guestId), sessions[index]]
      if (host === undefined || guest === undefined || session == null) return []
      const { id, sessionId, roomId, rule, guestBasisPoints, state } = seat
      return [
        {
          ...{ id, sessionId, roomId, title: session.title, host, guest, rule, guestBasisPoints, state },
          invitedAt: seat.invitedAt.toString(),
          playback: seatPlaybackOf(parts, seat, true),
        },
      ]
    })
  }
  const one = async (seat: SeatRow, actor: Actor) => (await views([seat], actor))[0]

  return [
    route(contract.inviteCohost, async ({ actor, params, body }) => {
      const outcome = await inTransaction(
        app,
        actor,
        async (tx): Promise<Outcome<SeatRow, 'not_found' | 'session_ended' | 'seat_taken'>> => {
          const session = await ownSession(tx, { sessionId: params.id, creatorId: personOf(actor) })
          if (!session.ok) return session
          const guestId = await creatorByHandle(tx.db, body.handle)
          if (guestId === null) return refuse('not_found')
          const { id, rule, guestBasisPoints } = body
          return inviteCohost(tx, { id, session: session.value, guestId, rule, guestBasisPoints })
        },
      )
      if (!outcome.ok) return outcome
      const seat = await one(outcome.value, actor)
      return seat === undefined ? refuse('not_found') : done({ seat })
    }),
    route(contract.listMySeats, async ({ actor }) => {
      const personId = personOf(actor)
      const own = await findOpenSession(db, personId)
      const offered = own === null ? [] : [...(await openSeats(db, [own.id])).values()]
      return done({ seats: await views([...offered, ...(await seatsOfGuest(db, personId, seatsShownMax))], actor) })
    }),
    route(contract.getSeat, async ({ actor, params }) => {
      const personId = personOf(actor)
      const row = await findSeat(db, params.id)
      if (row === null || (row.hostId !== personId && row.guestId !== personId)) return refuse('not_found')
      const [seat, session] = await Promise.all([one(row, actor), findSession(db, row.sessionId)])
      if (seat === undefined || session === null) return refuse('not_found')
      return done({ seat, session: await studioViewOf(parts, session) })
    }),
    route(contract.joinAsCohost, async ({ actor, params, headers }) => {
      const guestId = personOf(actor)
      const outcome = await inTransaction(
        app,
        actor,
        async (
          tx,
        ): Promise<
          Outcome<
            { seat: SeatRow; streamKey: string },
            'not_found' | 'invitation_over' | 'session_ended' | 'session_already_open' | 'gate_closed' | 'seat_taken'
          >
        > => {
          const offered = await findSeat(tx.db, params.id)
          const session = offered === null ? null : await lockSession(tx, offered.sessionId)
          if (session === null || offered?.guestId !== guestId) return refuse('not_found')
          if (!isOpen(session.state)) return refuse('session_ended')
          if ((await findOpenSession(tx.db, guestId)) !== null) return refuse('session_already_open')
          return joinAsCohost(tx, { id: params.id, guestId })
        },
      )
      if (!outcome.ok) return outcome
      const seat = await one(outcome.value.seat, actor)
      if (seat === undefined) return refuse('not_found')
      return done({ seat, ingest: ingestOf({ streamId: params.id, key: outcome.value.streamKey }, headers) })
    }),
    route(contract.rotateCohostKey, async ({ actor, params, headers }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        rotateCohostKey(tx, { id: params.id, guestId: personOf(actor) }),
      )
      if (!outcome.ok) return outcome
      media()?.dismissPublisher(params.id)
      return done({ ingest: ingestOf({ streamId: params.id, key: outcome.value.streamKey }, headers) })
    }),
    route(contract.endCohosting, async ({ actor, params }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        endCohosting(tx, { id: params.id, personId: personOf(actor) }),
      )
      if (!outcome.ok) return outcome
      media()?.kick(params.id)
      return done({})
    }),
  ]
}
