/**
 * Personal offers: a coupon in up to four steps, of which each buyer has the one that it takes to bring him back, or none.
 *
 * Always true: about a person and an offer it is decided once, by a rule and a seed, so the same person gets the same answer
 * however often he asks; each decision is kept with what it was made on; a step is given only while its number and its budget
 * last; nobody can claim such a coupon by himself; some are held out, so that what the offer does can be seen.
 * Not here: coupons and budgets themselves (`trade/promotions`), what they take off an order (`trade/orders`).
 */
import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import * as contract from '#contract/personal-offers'
import type { App } from '#platform/app'
import { type Db, inTransaction, personOf, transact, type Tx } from '#platform/database'
import { type Route, route } from '#platform/http'
import { isId } from '#platform/ids'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { couponBooksOf, couponsOf, couponViewOf, openCoupon } from '#trade/promotions'
import { decideFor, StepGone } from './decide-for.ts'
import {
  claimsGiven,
  countDecisions,
  decisionsPage,
  endOffer,
  findPersonalOffer,
  insertOffer,
  offersPage,
  type PersonalOffer,
} from './store.ts'

const shownMax = 20
const goneTriesMax = 3
const wholly = { platform: 10_000, seller: 0, creator: 0, brand: 0 }

type NewOffer = z.output<typeof contract.createPersonalOffer.body>

export function personalOffersRoutes(app: App): Route[] {
  const { db } = app.database
  return [
    route(contract.decideMyPersonalOffers, async ({ actor }) => {
      const personId = personOf(actor)
      for (let tries = 1; ; tries++) {
        try {
          await transact(app, (tx) => decideFor(app, tx, personId), actor)
          break
        } catch (error) {
          // A step that went meanwhile is seen to be gone at the next look; who is that unlucky thrice is asked for another time.
          if (!(error instanceof StepGone)) throw error
          if (tries >= goneTriesMax) break
        }
      }
      const given = await claimsGiven(db, personId, shownMax)
      const mine = await couponsOf(db, { personId, now: app.clock.now(), limit: 100 })
      return done({ coupons: mine.filter(({ id }) => given.has(id)).map(couponViewOf) })
    }),
    route(contract.listPersonalOffers, async ({ query }) => {
      const rows = await offersPage(db, { before: isId(query.cursor) ? query.cursor : null, limit: query.limit })
      return done({
        items: await viewsOf(db, rows),
        next: rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null,
      })
    }),
    route(contract.createPersonalOffer, ({ actor, body }) =>
      inTransaction(app, actor, async (tx) => {
        const opened = await openPersonalOffer(tx, { ...body, currency: app.config.currency })
        return opened.ok ? done({ offer: await oneView(tx.db, opened.value) }) : opened
      }),
    ),
    route(contract.endPersonalOffer, ({ actor, params }) =>
      inTransaction(app, actor, async (tx) => {
        await endOffer(tx, params.id)
        const offer = await findPersonalOffer(tx.db, params.id)
        return offer === null ? refuse('not_found') : done({ offer: await oneView(tx.db, offer) })
      }),
    ),
    route(contract.listPersonalDecisions, async ({ params, query }) => {
      if ((await findPersonalOffer(db, params.id)) === null) return refuse('not_found')
      const before = isId(query.cursor) ? query.cursor : null
      const rows = await decisionsPage(db, { offerId: params.id, before, limit: query.limit })
      return done({
        items: rows.map((row) => ({ ...row, decidedAt: row.decidedAt.toString() })),
        next: rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null,
      })
    }),
  ]
}

/** Opens the coupons of its steps with it, each with a budget that the platform bears. */
export async function openPersonalOffer(
  tx: Tx,
  wish: NewOffer & { currency: string },
): Promise<Outcome<PersonalOffer, 'steps_not_rising' | 'window_empty' | 'id_reused'>> {
  const { id, name, steps, currency, validDays } = wish
  const startsAt = Temporal.Instant.from(wish.startsAt)
  const endsAt = Temporal.Instant.from(wish.endsAt)
  const isRising = steps.every((step, index) => index === 0 || step.offMinor > (steps[index - 1]?.offMinor ?? 0))
  if (!isRising) return refuse('steps_not_rising')
  const offer: PersonalOffer = {
    ...{ id, name, currency, startsAt, endsAt, heldOutBasisPoints: wish.heldOutBasisPoints },
    couponIds: steps.map(({ couponId }) => couponId),
    seed: randomBytes(16).toString('hex'),
  }
  const earlier = await findPersonalOffer(tx.db, id)
  if (earlier !== null) {
    const isSame = JSON.stringify([earlier.name, earlier.couponIds]) === JSON.stringify([name, offer.couponIds])
    return isSame ? done(earlier) : refuse('id_reused')
  }
  if (Temporal.Instant.compare(startsAt, endsAt) >= 0) return refuse('window_empty')
  for (const { couponId, thresholdMinor, offMinor, budgetMinor, quotaUnits } of steps) {
    const opened = await openCoupon(
      tx,
      {
        ...{ id: couponId, name, currency, thresholdMinor, offMinor, offPoints: null, capMinor: null },
        ...{ productIds: null, roomId: null, personal: true, funders: wholly },
        ...{ quota: quotaUnits, perPerson: 1, validDays, startsAt, endsAt },
      },
      budgetMinor,
    )
    if (!opened.ok) {
      assert(opened.code === 'id_reused', 'a step that the contract admits can be opened')
      return refuse('id_reused')
    }
  }
  return (await insertOffer(tx, offer)) ? done(offer) : refuse('id_reused')
}

async function oneView(db: Db, offer: PersonalOffer) {
  const [view] = await viewsOf(db, [offer])
  assert(view !== undefined, 'an offer has a view')
  return view
}

async function viewsOf(
  db: Db,
  offers: readonly PersonalOffer[],
): Promise<z.input<typeof contract.listPersonalOffers.reply>['items']> {
  const [books, decided] = await Promise.all([
    couponBooksOf(
      db,
      offers.flatMap(({ couponIds }) => couponIds),
    ),
    countDecisions(
      db,
      offers.map(({ id }) => id),
    ),
  ])
  const byId = new Map(books.map((book) => [book.id, book]))
  return offers.map((offer) => ({
    ...{ id: offer.id, name: offer.name, currency: offer.currency as 'CNY' },
    heldOutBasisPoints: offer.heldOutBasisPoints,
    steps: offer.couponIds.flatMap((couponId) => {
      const book = byId.get(couponId)
      if (book === undefined) return []
      const { thresholdMinor, offMinor, budgetMinor, spentMinor, quota, claimed, used } = book
      return [
        {
          ...{ couponId, thresholdMinor, offMinor: offMinor ?? 0, budgetMinor, spentMinor },
          ...{ quotaUnits: quota, givenUnits: claimed, usedUnits: used },
        },
      ]
    }),
    decided: {
      given: decided.get(offer.id)?.get('given') ?? 0,
      held_out: decided.get(offer.id)?.get('held_out') ?? 0,
      not_needed: decided.get(offer.id)?.get('not_needed') ?? 0,
      gone: decided.get(offer.id)?.get('gone') ?? 0,
    },
    startsAt: offer.startsAt.toString(),
    endsAt: offer.endsAt.toString(),
  }))
}
