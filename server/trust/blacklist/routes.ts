import * as contract from '#contract/blacklist'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { positionIn, type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import { isInForce, liftListing, listPerson, objectTo } from './listing.ts'
import { type Listing, listingsPage, loadListings } from './store.ts'

/** This area calls nobody, so whoever composes the server says who is there, and what he is called. */
export function blacklistRoutes(
  app: Pick<App, 'database' | 'clock'>,
  ask: { namesOf: (personIds: readonly string[]) => Promise<ReadonlyMap<string, { name: string }>> },
): Route[] {
  const { db } = app.database
  const shown = async (listings: readonly Listing[]) => {
    const names = await ask.namesOf(listings.map((listing) => listing.personId))
    const at = app.clock.now()
    return listings.map((listing) => ({
      ...listing,
      personName: names.get(listing.personId)?.name ?? '',
      inForce: isInForce(listing, at),
      startsAt: listing.startsAt.toString(),
      endsAt: listing.endsAt?.toString() ?? null,
      liftedAt: listing.liftedAt?.toString() ?? null,
    }))
  }
  const one = async (listing: Listing) => {
    const [view] = await shown([listing])
    return view === undefined ? refuse('not_found') : done({ listing: view })
  }
  return [
    route(contract.listBlacklist, async ({ query }) => {
      const rows = await listingsPage(db, { before: positionIn(query.cursor), limit: query.limit + 1 })
      const page = rows.slice(0, query.limit)
      const last = page.at(-1)
      return done({
        items: await shown(page),
        next: rows.length > query.limit && last ? `${last.startsAt}~${last.id}` : null,
      })
    }),
    route(contract.blacklistPerson, async ({ actor, body }) => {
      if (!(await ask.namesOf([body.personId])).has(body.personId)) return refuse('not_found')
      const listed = await inTransaction(app, actor, (tx) => listPerson(tx, body))
      return listed.ok ? one(listed.value) : listed
    }),
    route(contract.liftListing, async ({ actor, params, body }) => {
      const lifted = await inTransaction(app, actor, (tx) => liftListing(tx, { id: params.id, reason: body.reason }))
      return lifted.ok ? one(lifted.value) : lifted
    }),
    route(contract.listMyListings, async ({ actor }) => {
      return done({ listings: await shown(await loadListings(db, [personOf(actor)])) })
    }),
    route(contract.objectToListing, async ({ actor, params, body }) => {
      const objected = await inTransaction(app, actor, (tx) =>
        objectTo(tx, { id: params.id, personId: personOf(actor), text: body.text }),
      )
      return objected.ok ? one(objected.value) : objected
    }),
  ]
}
