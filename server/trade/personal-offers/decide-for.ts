import type { App } from '#platform/app'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert } from '#platform/outcome'
import { historyOf } from '#trade/orders'
import { claimCoupon, couponBooksOf, couponUseOf } from '#trade/promotions'
import { decide, type Features } from './decide.ts'
import { insertDecision, type PersonalOffer, undecidedOffers } from './store.ts'

const rememberedDays = 365
/** More offers than these at once are an operator's mistake; the others wait. */
const decidedAtOnceMax = 5

/** Decides whatever is in force and undecided for a person, and gives him what he is to have. */
export async function decideFor(app: Pick<App, 'config'>, tx: Tx, personId: string): Promise<void> {
  const offers = await undecidedOffers(tx.db, { personId, now: tx.now, limit: decidedAtOnceMax })
  if (offers.length === 0) return
  const features = await featuresOf(app, tx, personId)
  for (const offer of offers) await decideOne(tx, offer, personId, features)
}

async function featuresOf(app: Pick<App, 'config'>, tx: Tx, personId: string): Promise<Features> {
  const since = tx.now.subtract({ hours: 24 * rememberedDays })
  const { orders, lastAt, averageMinor } = await historyOf(tx.db, {
    buyerId: personId,
    currency: app.config.currency,
    since,
  })
  const { used, lapsed } = await couponUseOf(tx.db, { personId, now: tx.now })
  return {
    orders,
    daysSinceOrder: lastAt === null ? null : Math.floor(tx.now.since(lastAt).total('hours') / 24),
    averageMinor,
    couponsUsed: used,
    couponsLapsed: lapsed,
  }
}

async function decideOne(tx: Tx, offer: PersonalOffer, personId: string, features: Features): Promise<void> {
  const steps = await couponBooksOf(tx.db, offer.couponIds)
  const left = steps.map(
    ({ claimed, quota, budgetMinor, spentMinor, offMinor }) =>
      claimed < quota && budgetMinor - spentMinor >= (offMinor ?? 0),
  )
  const decided = decide({ ...offer, features, personId, left })
  const claimId = decided.step === null ? null : newId()
  const step = decided.step === null ? null : decided.step + 1
  const row = { id: newId(), offerId: offer.id, personId, reason: decided.reason, step, claimId, features }
  if (!(await insertDecision(tx, { ...row, score: decided.score })) || decided.step === null || claimId === null) return
  const couponId = offer.couponIds[decided.step]
  assert(couponId !== undefined, 'every step has its coupon')
  const claimed = await claimCoupon(tx, { id: claimId, couponId, personId, inRoomId: null, isDecided: true })
  // Somebody took the last one meanwhile: nothing of this was decided, and the next time he is given what is left.
  if (!claimed.ok) throw new StepGone()
}

/** Thrown to undo a decision whose coupon went to somebody else between its reading and its giving. */
export class StepGone extends Error {}
