import { listFeed } from '#contract/discovery'
import { cardOf, listOnSale } from '#goods/listings'
import type { RoomCard } from '#live/rooms'
import type { App } from '#platform/app'
import type { Actor } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done } from '#platform/outcome'

/** Rooms on air stand on the first page, newest first; then products, newest first, page after page. */
export function feedRoutes(app: App, roomCards: (actor: Actor) => Promise<RoomCard[]>): Route[] {
  return [
    route(listFeed, async ({ actor, query }) => {
      const page = await listOnSale(app.database.db, {
        after: query.cursor,
        limit: query.limit,
        now: app.clock.now(),
      })
      const rooms = query.cursor === undefined ? await roomCards(actor) : []
      return done({
        items: [
          ...rooms.map((room) => ({ kind: 'room' as const, room })),
          ...page.items.map((product) => ({ kind: 'product' as const, product: cardOf(product) })),
        ],
        next: page.next,
      })
    }),
  ]
}
