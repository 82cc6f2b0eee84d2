/** Who gets to see it: the feed. */
import { z } from 'zod'
import { endpoint, pageOf, pageQuery } from './endpoint.ts'
import { productCard } from './goods.ts'
import { roomCard } from './live.ts'

export const feedItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('room'), room: roomCard }),
  z.object({ kind: z.literal('product'), product: productCard }),
])
export const listFeed = endpoint({
  id: 'listFeed',
  method: 'GET',
  path: '/api/v1/feed',
  tag: 'discovery',
  who: 'anyone',
  yieldsToBuyers: true,
  summary: 'Rooms on air and products, newest first',
  query: pageQuery,
  reply: pageOf(feedItem),
})
