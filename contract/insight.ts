/** How are we doing: leaderboards, the big screen. */
import { z } from 'zod'
import { currency, endpoint, id, instant, minor, text2 } from './endpoint.ts'

const tag = 'insight'
export const ranked = z.object({
  rank: z.int(),
  creatorId: id,
  name: z.string(),
  avatar: z.string().nullable(),
  paidMinor: minor,
  orders: z.int(),
})
export const getCreatorLeaderboard = endpoint({
  id: 'getCreatorLeaderboard',
  method: 'GET',
  path: '/api/v1/leaderboards/creators',
  tag,
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'Creators by paid sales of a business day (or 7 days), ties by who was there first',
  query: z.strictObject({ span: z.enum(['day', 'week']).default('day') }),
  reply: z.object({ currency, span: z.enum(['day', 'week']), day: z.iso.date(), ranking: z.array(ranked) }),
})
export const screenOrder = z.object({
  number: z.string(),
  maskedBuyer: z.string(),
  city: z.string(),
  title: text2,
  picture: z.string(),
  payMinor: minor,
  at: instant,
  roomTitle: z.string().nullable(),
  isDemo: z.boolean(),
})
/** Messages on the topic `screen`: reliable {kind:'sales'} after each batch. */
export type ScreenMessage = {
  kind: 'sales'
  day: string
  paidMinor: number
  orders: number
  units: number
  latest: z.output<typeof screenOrder>[]
}
export const getScreen = endpoint({
  id: 'getScreen',
  method: 'GET',
  path: '/api/v1/screen',
  tag,
  who: ['operations', 'finance', 'admin', 'auditor', 'support'],
  summary: "The big screen's state; what follows arrives on the topic `screen`",
  reply: z.object({
    currency,
    day: z.iso.date(),
    definition: z.literal('paid'),
    paidMinor: minor,
    orders: z.int(),
    units: z.int(),
    buyers: z.int(),
    minutes: z.array(z.object({ at: instant, paidMinor: minor, orders: z.int() })),
    latest: z.array(screenOrder),
    topProducts: z.array(
      z.object({ productId: id, title: text2, picture: z.string(), paidMinor: minor, units: z.int() }),
    ),
    topRooms: z.array(z.object({ roomId: id, title: z.string(), name: z.string(), paidMinor: minor, orders: z.int() })),
    regions: z.array(z.object({ province: z.string(), paidMinor: minor, orders: z.int() })),
    ranking: z.array(ranked),
    topicNumber: z.int(),
    now: instant,
  }),
})
