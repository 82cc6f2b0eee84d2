import * as contract from '#contract/selling'
import { drawViewsOf, enterDraw, startDraw } from '#live/draws'
import {
  bagOf,
  claimModeOf,
  claimsIn,
  forgetSet,
  listSets,
  loadSet,
  type Mark,
  marksOf,
  moveMark,
  saveSet,
  setClaimMode,
  setWaiting,
  topicOf,
  waitingOf,
} from '#live/showcase'
import type { App } from '#platform/app'
import { inTransaction, personOf, type Tx } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, type Outcome, refuse } from '#platform/outcome'
import { ownSession } from './run-session.ts'
import { isOnAir } from './session.ts'
import { findSession, lockSession, type SessionRow } from './store.ts'

/** What a host sells with beside the bag itself. */
export function sellingRoutes({ app }: { app: App }): Route[] {
  const { db } = app.database
  const sets = async (creatorId: string) => done({ sets: await listSets(db, creatorId) })
  const marks = async (sessionId: string) => done({ marks: (await marksOf(db, sessionId)).map(markView) })
  const mine = async (sessionId: string, creatorId: string): Promise<SessionRow | null> => {
    const session = await findSession(db, sessionId)
    return session?.creatorId === creatorId ? session : null
  }
  return [
    route(contract.listBagSets, ({ actor }) => sets(personOf(actor))),
    route(contract.saveBagSet, async ({ actor, params, body }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        saveSet(tx, { creatorId: personOf(actor), id: params.id, ...body }),
      )
      return outcome.ok ? sets(personOf(actor)) : outcome
    }),
    route(contract.deleteBagSet, async ({ actor, params }) => {
      const outcome = await inTransaction(app, actor, (tx) =>
        forgetSet(tx, { creatorId: personOf(actor), id: params.id }),
      )
      return outcome.ok ? sets(personOf(actor)) : outcome
    }),
    route(contract.loadBagSet, async ({ actor, params, body }) => {
      const creatorId = personOf(actor)
      const outcome = await inTransaction(
        app,
        actor,
        async (
          tx,
        ): Promise<Outcome<{ leftOut: number }, 'not_found' | 'session_ended' | 'bag_full' | 'category_gated'>> => {
          const session = await ownSession(tx, { sessionId: params.id, creatorId })
          return session.ok ? loadSet(tx, { creatorId, setId: body.setId, sessionId: params.id }) : session
        },
      )
      if (!outcome.ok) return outcome
      return done({ bag: (await bagOf(db, params.id, app.clock.now())).bag, leftOut: outcome.value.leftOut })
    }),
    route(contract.listMarks, async ({ actor, params }) =>
      (await mine(params.id, personOf(actor))) === null ? refuse('not_found') : marks(params.id),
    ),
    route(contract.moveMark, async ({ actor, params, body }) => {
      const session = await mine(params.id, personOf(actor))
      if (session?.startedAt == null) return refuse('not_found')
      const within = { from: session.startedAt, until: session.endedAt ?? app.clock.now() }
      const outcome = await inTransaction(app, actor, (tx) =>
        moveMark(tx, {
          sessionId: params.id,
          markId: params.markId,
          fromAt: Temporal.Instant.from(body.fromAt),
          untilAt: Temporal.Instant.from(body.untilAt),
          within,
        }),
      )
      return outcome.ok ? marks(params.id) : outcome
    }),
    route(contract.setWaiting, ({ actor, params, body }) =>
      inTransaction(app, actor, (tx) =>
        setWaiting(tx, { productId: params.id, personId: personOf(actor), wanted: body.wanted }),
      ),
    ),
    route(contract.getWaiting, async ({ actor, params }) =>
      done(await waitingOf(db, { productId: params.id, personId: personOf(actor) })),
    ),
    route(contract.setClaimMode, ({ actor, params, body }) =>
      inTransaction(
        app,
        actor,
        async (tx): Promise<Outcome<{ mode: typeof body.mode }, 'not_found' | 'session_ended'>> => {
          const session = await ownSession(tx, { sessionId: params.id, creatorId: personOf(actor) })
          if (!session.ok) return session
          await setClaimMode(tx, params.id, body.mode)
          return done({ mode: body.mode })
        },
      ),
    ),
    route(contract.getClaimMode, async ({ actor, params }) =>
      (await mine(params.id, personOf(actor))) === null
        ? refuse('not_found')
        : done({ mode: await claimModeOf(db, params.id), claims: await claimsIn(db, params.id) }),
    ),
    route(contract.startDraw, async ({ actor, params, body }) => {
      const creatorId = personOf(actor)
      const outcome = await inTransaction(app, actor, async (tx) => {
        const session = await lockSession(tx, params.id)
        if (session?.creatorId !== creatorId) return refuse('not_found')
        if (!isOnAir(session.state)) return refuse('room_not_live')
        if (body.skuId !== null && !(await hangsInBag(tx, params.id, body.skuId)))
          return refuse('sku_not_on_sale', { skuId: body.skuId })
        return startDraw(tx, { ...body, roomId: session.roomId, sessionId: session.id, creatorId })
      })
      if (!outcome.ok) return outcome
      const [draw] = await drawViewsOf(db, [outcome.value])
      return draw === undefined ? refuse('not_found') : done({ draw })
    }),
  ]
}

/** A prize is of the goods that everybody can see. */
async function hangsInBag(tx: Tx, sessionId: string, skuId: string): Promise<boolean> {
  const { bag } = await bagOf(tx.db, sessionId, tx.now)
  return bag.some((item) => item.skus.some((sku) => sku.id === skuId))
}

export function registerDraws(app: App): void {
  app.sockets.answer(contract.enterDraw, async ({ actor, body, joined, joinedMs }) => {
    if (!joined(topicOf(body.roomId))) return refuse('not_in_room')
    const entered = await inTransaction(app, actor, (tx) =>
      enterDraw(tx, { ...body, personId: personOf(actor), watchedMs: joinedMs(topicOf(body.roomId)) }),
    )
    if (entered.ok) app.sockets.count(topicOf(body.roomId), 'entries', entered.value.entries)
    return entered
  })
}

function markView({ fromAt, untilAt, ...mark }: Mark) {
  return { ...mark, fromAt: fromAt.toString(), untilAt: untilAt?.toString() ?? null }
}
