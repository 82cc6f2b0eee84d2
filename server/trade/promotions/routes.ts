import type { z } from 'zod'
import {
  claimCoupon as claimCouponEndpoint,
  createCoupon,
  handOutCoupon as handOutCouponEndpoint,
  listCoupons,
  listMyCoupons,
  listMyRoomCoupons,
  type myCoupon,
} from '#contract/trade'
import { readAttribution } from '#money/commissions'
import type { App } from '#platform/app'
import { type Db, inTransaction, personOf, type Tx } from '#platform/database'
import { type Route, route } from '#platform/http'
import { isId, newId } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import { claimCoupon } from './claim-coupon.ts'
import type { Coupon } from './coupon.ts'
import { handOutCoupon } from './hand-out.ts'
import type { Funders } from './promotion.ts'
import {
  type CouponOffer,
  couponsOf,
  findOffer,
  insertBudget,
  insertCoupon,
  listOffers,
  offersFor,
  offersOfRoom,
} from './store.ts'

/** So many coupons a shelf shows. */
const shownMax = 100

/** `onAir` says which broadcast of a host or a room is on air: the rooms know, and this module may not ask them itself. */
export function promotionsRoutes(
  app: App,
  onAir: (
    db: Db,
    of: { creatorId: string } | { roomId: string },
  ) => Promise<{ roomId: string; sessionId: string } | null>,
): Route[] {
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
      // Who holds a token of the broadcast that is on air in the room is in it: the token is ours, and of this broadcast.
      const attribution =
        body.attribution === undefined ? null : readAttribution(app, body.attribution, app.clock.now(), personId)
      const room = attribution === null ? null : await onAir(db, { roomId: attribution.roomId })
      const inRoomId = room !== null && room.sessionId === attribution?.sessionId ? room.roomId : null
      const wish = { id: body.id, couponId: params.id, personId, inRoomId }
      const claimed = await inTransaction(app, actor, (tx) => claimCoupon(tx, wish))
      return claimed.ok ? done({ coupon: viewOf(claimed.value) }) : claimed
    }),
    route(listMyRoomCoupons, async ({ actor }) => {
      const room = await onAir(db, { creatorId: personOf(actor) })
      if (room === null) return done({ coupons: [] })
      const offers = await offersOfRoom(db, { roomId: room.roomId, now: app.clock.now(), limit: shownMax })
      return done({
        coupons: offers.map((offer) => ({
          ...termsOf(offer),
          roomId: offer.roomId,
          endsAt: offer.endsAt.toString(),
          leftUnits: offer.quota - offer.claimed,
          claimedUnits: offer.claimed,
          byHost: offer.byHost,
          handedOutUntil: offer.handedOutUntil?.toString() ?? null,
        })),
      })
    }),
    route(handOutCouponEndpoint, ({ actor, params, body }) =>
      inTransaction(app, actor, async (tx) => {
        const room = await onAir(tx.db, { creatorId: personOf(actor) })
        const handed = await handOutCoupon(tx, { ...body, couponId: params.id, room })
        return handed.ok ? done({ until: handed.value.until.toString() }) : handed
      }),
    ),
    route(listCoupons, async ({ query }) => {
      const rows = await listOffers(db, { before: isId(query.cursor) ? query.cursor : null, limit: query.limit })
      return done({ items: rows.map(bookOf), next: rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null })
    }),
    route(createCoupon, async ({ actor, body }) => {
      const { off, quotaUnits, perPersonUnits, budgetMinor, startsAt, endsAt, byHost = false, ...rest } = body
      const offer: NewOffer = {
        ...rest,
        byHost: byHost && rest.roomId !== null,
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

type NewOffer = Omit<CouponOffer, 'claimed' | 'budgetId' | 'byHost' | 'personal'> & {
  byHost?: boolean
  personal?: boolean
}

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
  const coupon = { ...offer, byHost: offer.byHost ?? false, personal: offer.personal ?? false, budgetId }
  return (await insertCoupon(tx, coupon)) ? done({ ...coupon, claimed: 0 }) : refuse('id_reused')
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

/** A coupon as its owner sees it. */
export function viewOf({ off, ...coupon }: Coupon): z.input<typeof myCoupon> {
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
    byHost: offer.byHost,
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

export function fundersOf(funders: Funders) {
  return parties.filter((party) => funders[party] > 0).map((party) => ({ party, basisPoints: funders[party] }))
}
