import type { z } from 'zod'
import {
  claimCoupon as claimCouponEndpoint,
  createCoupon,
  listCoupons,
  listMyCoupons,
  type myCoupon,
} from '#contract/trade'
import { readAttribution } from '#money/commissions'
import type { App } from '#platform/app'
import { inTransaction, personOf, type Tx } from '#platform/database'
import { type Route, route } from '#platform/http'
import { isId, newId } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import { claimCoupon } from './claim-coupon.ts'
import type { Coupon } from './coupon.ts'
import type { Funders } from './promotion.ts'
import { type CouponOffer, couponsOf, findOffer, insertBudget, insertCoupon, listOffers, offersFor } from './store.ts'

/** So many coupons a shelf shows. */
const shownMax = 100

export function promotionsRoutes(app: App): Route[] {
  const { db } = app.database
  return [
    route(listMyCoupons, async ({ actor, query }) => {
      const who = { personId: personOf(actor), now: app.clock.now(), limit: shownMax }
      const [mine, offers] = await Promise.all([
        couponsOf(db, who),
        offersFor(db, { ...who, roomId: query.roomId ?? null }),
      ])
      return done({
        mine: mine.map(viewOf),
        offers: offers.map((offer) => ({
          ...termsOf(offer),
          roomId: offer.roomId,
          endsAt: offer.endsAt.toString(),
          leftUnits: offer.quota - offer.claimed,
        })),
      })
    }),
    route(claimCouponEndpoint, async ({ actor, params, body }) => {
      const personId = personOf(actor)
      // Who holds a token of the room that is his has been in it; the token is ours, and of this sale.
      const attribution =
        body.attribution === undefined ? null : readAttribution(app, body.attribution, app.clock.now(), personId)
      const wish = { id: body.id, couponId: params.id, personId, inRoomId: attribution?.roomId ?? null }
      const claimed = await inTransaction(app, actor, (tx) => claimCoupon(tx, wish))
      return claimed.ok ? done({ coupon: viewOf(claimed.value) }) : claimed
    }),
    route(listCoupons, async ({ query }) => {
      const rows = await listOffers(db, { before: isId(query.cursor) ? query.cursor : null, limit: query.limit })
      return done({ items: rows.map(bookOf), next: rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null })
    }),
    route(createCoupon, async ({ actor, body }) => {
      const { off, quotaUnits, perPersonUnits, budgetMinor, startsAt, endsAt, ...rest } = body
      const offer: NewOffer = {
        ...rest,
        currency: app.config.currency,
        offMinor: off.kind === 'amount' ? off.minor : null,
        offPoints: off.kind === 'share' ? off.basisPoints : null,
        capMinor: off.kind === 'share' ? off.capMinor : null,
        quota: quotaUnits,
        perPerson: perPersonUnits,
        startsAt: Temporal.Instant.from(startsAt),
        endsAt: Temporal.Instant.from(endsAt),
      }
      const opened = await inTransaction(app, actor, (tx) => openCoupon(tx, offer, budgetMinor))
      return opened.ok ? done({ coupon: bookOf({ ...opened.value, used: 0, budgetMinor, spentMinor: 0 }) }) : opened
    }),
  ]
}

type NewOffer = Omit<CouponOffer, 'claimed' | 'budgetId'>

/** Offers a coupon with a budget of its own, where the platform bears a part of it. */
export async function openCoupon(
  tx: Tx,
  offer: NewOffer,
  budgetMinor: number,
): Promise<Outcome<CouponOffer, 'funders_not_whole' | 'budget_missing' | 'window_empty' | 'id_reused'>> {
  const { platform, seller, creator, brand } = offer.funders
  if (platform + seller + creator + brand !== 10_000) return refuse('funders_not_whole')
  if (Temporal.Instant.compare(offer.startsAt, offer.endsAt) >= 0) return refuse('window_empty')
  if (platform > 0 && budgetMinor === 0) return refuse('budget_missing')
  if ((await findOffer(tx.db, offer.id)) !== null) return refuse('id_reused')
  const budgetId = platform > 0 ? newId() : null
  if (budgetId !== null)
    await insertBudget(tx, { id: budgetId, name: offer.name.en, currency: offer.currency, limitMinor: budgetMinor })
  return (await insertCoupon(tx, { ...offer, budgetId }))
    ? done({ ...offer, budgetId, claimed: 0 })
    : refuse('id_reused')
}

function termsOf(offer: CouponOffer) {
  const { id, name, currency, thresholdMinor, offMinor, offPoints, capMinor, productIds } = offer
  return {
    id,
    name,
    currency: currency as z.input<typeof myCoupon>['currency'],
    thresholdMinor,
    offMinor,
    offBasisPoints: offPoints,
    capMinor,
    productIds,
  }
}

function viewOf({ off, ...coupon }: Coupon): z.input<typeof myCoupon> {
  return {
    id: coupon.id,
    couponId: coupon.couponId,
    name: coupon.name,
    currency: coupon.currency as z.input<typeof myCoupon>['currency'],
    thresholdMinor: coupon.thresholdMinor,
    offMinor: off.kind === 'amount' ? off.minor : null,
    offBasisPoints: off.kind === 'share' ? off.basisPoints : null,
    capMinor: off.kind === 'share' ? off.capMinor : null,
    productIds: coupon.productIds === null ? null : [...coupon.productIds],
    validUntil: coupon.validUntil.toString(),
  }
}

const parties = ['platform', 'seller', 'creator', 'brand'] as const

function bookOf(offer: CouponOffer & { used: number; budgetMinor: number; spentMinor: number }) {
  return {
    ...termsOf(offer),
    roomId: offer.roomId,
    funders: fundersOf(offer.funders),
    quotaUnits: offer.quota,
    claimedUnits: offer.claimed,
    usedUnits: offer.used,
    perPersonUnits: offer.perPerson,
    budgetMinor: offer.budgetMinor,
    spentMinor: offer.spentMinor,
    validDays: offer.validDays,
    startsAt: offer.startsAt.toString(),
    endsAt: offer.endsAt.toString(),
  }
}

function fundersOf(funders: Funders) {
  return parties.filter((party) => funders[party] > 0).map((party) => ({ party, basisPoints: funders[party] }))
}
