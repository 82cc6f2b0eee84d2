/** Personal offers: a coupon for those whom it may bring back, large where it has to be, none where it is not needed. */
import { z } from 'zod'
import { byId, currency, endpoint, id, instant, minor, pageOf, pageQuery, text2 } from './endpoint.ts'
import { myCoupon } from './trade.ts'

const tag = 'trade'
const desk = ['operations', 'admin'] as const
const stepsMax = 4

export const decideMyPersonalOffers = endpoint({
  id: 'decideMyPersonalOffers',
  method: 'POST',
  path: '/api/v1/me/personal-offers',
  tag,
  who: ['buyer'],
  summary:
    'What is offered to me alone: decided once for each offer, and given at once. Asked again, nothing is decided again',
  reply: z.object({ coupons: z.array(myCoupon) }),
})

/** Why somebody has what he has of an offer. */
export const decisionReasons = ['given', 'held_out', 'not_needed', 'gone'] as const

const step = z.object({
  couponId: id,
  thresholdMinor: minor,
  offMinor: minor,
  budgetMinor: minor,
  spentMinor: minor,
  quotaUnits: z.int(),
  givenUnits: z.int(),
  usedUnits: z.int(),
})
const personalOffer = z.object({
  id,
  name: text2,
  currency,
  heldOutBasisPoints: z.int(),
  /** From the smallest to the largest. */
  steps: z.array(step),
  /** Of people, by why. */
  decided: z.object({ given: z.int(), held_out: z.int(), not_needed: z.int(), gone: z.int() }),
  startsAt: instant,
  endsAt: instant,
})
export const listPersonalOffers = endpoint({
  id: 'listPersonalOffers',
  method: 'GET',
  path: '/api/v1/personal-offers',
  tag,
  who: [...desk, 'finance', 'auditor'],
  summary: 'Personal offers, newest first, with what was decided, given, used and spent',
  query: pageQuery,
  reply: pageOf(personalOffer),
})
export const createPersonalOffer = endpoint({
  id: 'createPersonalOffer',
  method: 'POST',
  path: '/api/v1/personal-offers',
  tag,
  who: desk,
  status: 201,
  summary:
    'Offer up to four steps of a coupon, each with a budget of its own that is never overspent. Terms never change afterwards',
  body: z.strictObject({
    id,
    name: z.strictObject({ en: z.string().trim().min(1).max(60), zh: z.string().trim().min(1).max(60) }),
    /** Of so many nobody is given anything, whoever they are: beside them it is seen what the offer does. */
    heldOutBasisPoints: z.int().min(0).max(9_000),
    /** Each takes off more than the one before. */
    steps: z
      .array(
        z.strictObject({
          couponId: id,
          thresholdMinor: z.int().min(0).max(9_000_000_000),
          offMinor: z.int().min(1).max(9_000_000_000),
          budgetMinor: z.int().min(1).max(9_000_000_000_000),
          quotaUnits: z.int().min(1).max(10_000_000),
        }),
      )
      .min(1)
      .max(stepsMax),
    validDays: z.int().min(1).max(365),
    startsAt: instant,
    endsAt: instant,
  }),
  reply: z.object({ offer: personalOffer }),
  refusals: { steps_not_rising: 409, window_empty: 409, id_reused: 409 },
})
export const endPersonalOffer = endpoint({
  id: 'endPersonalOffer',
  method: 'POST',
  path: '/api/v1/personal-offers/:id/endings',
  tag,
  who: desk,
  summary: 'Decide for nobody else from now on; what was given stays',
  params: byId,
  reply: z.object({ offer: personalOffer }),
  refusals: { not_found: 404 },
})
export const listPersonalDecisions = endpoint({
  id: 'listPersonalDecisions',
  method: 'GET',
  path: '/api/v1/personal-offers/:id/decisions',
  tag,
  who: [...desk, 'auditor'],
  summary: 'Each decision with what it was made on, newest first',
  params: byId,
  query: pageQuery,
  reply: pageOf(
    z.object({
      id,
      personId: id,
      reason: z.enum(decisionReasons),
      /** The step that was given, from 1; null where none was. */
      step: z.int().nullable(),
      score: z.int(),
      features: z.object({
        orders: z.int(),
        daysSinceOrder: z.int().nullable(),
        averageMinor: minor.nullable(),
        couponsUsed: z.int(),
        couponsLapsed: z.int(),
      }),
      decidedAt: instant,
    }),
  ),
  refusals: { not_found: 404 },
})
