/**
 * Draws: lucky bags of a room.
 *
 * Always true: one is open in a room at a time; the hash of the seed is told before anybody enters and the seed when it is
 * drawn, so everybody can draw again; who wins met the tasks when he entered and when it was drawn, and wins once; after
 * 48 hours without an address a prize lapses.
 * Not here: whose room it is (`live/rooms`), sending prizes.
 */
import * as contract from '#contract/selling'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { cancelDraw, claimPrize } from './run-draw.ts'
import { drawsOfRoom, entriesOf, entriesOfPerson, findDraw } from './store.ts'
import { viewsOf } from './views.ts'

export { commitmentOf, orderOf, winnersOf } from './draw.ts'
export { drawDue, endDrawOfSession, enterDraw, startDraw } from './run-draw.ts'
export { viewsOf as drawViewsOf } from './views.ts'

const shownMax = 5

export function drawsRoutes(app: Pick<App, 'database'>): Route[] {
  const { db } = app.database
  return [
    route(contract.cancelDraw, ({ actor, params }) =>
      inTransaction(app, actor, (tx) => cancelDraw(tx, { id: params.id, creatorId: personOf(actor) })),
    ),
    route(contract.listDraws, async ({ actor, params }) => {
      const draws = await drawsOfRoom(db, params.id, shownMax)
      const ids = draws.map((draw) => draw.id)
      const mine = actor.kind === 'person' ? await entriesOfPerson(db, actor.personId, ids) : []
      return done({
        draws: await viewsOf(db, draws),
        mine: mine.map((entry) => ({
          drawId: entry.drawId,
          won: entry.won,
          claimBy: entry.claimBy?.toString() ?? null,
          claimed: entry.claimedAt !== null,
        })),
      })
    }),
    route(contract.getDrawProof, async ({ params }) => {
      const draw = await findDraw(db, params.id)
      if (draw === null) return refuse('not_found')
      const entries = await entriesOf(db, draw.id)
      return done({
        commitment: draw.commitment,
        seed: draw.state === 'drawn' ? draw.seed : null,
        units: draw.units,
        entries: entries.map((entry) => ({ id: entry.id, eligible: entry.eligible ?? false })),
        winners: entries.filter((entry) => entry.won).map((entry) => entry.id),
      })
    }),
    route(contract.claimPrize, ({ actor, params, body }) =>
      inTransaction(app, actor, (tx) =>
        claimPrize(tx, { drawId: params.id, personId: personOf(actor), addressId: body.addressId }),
      ),
    ),
  ]
}
