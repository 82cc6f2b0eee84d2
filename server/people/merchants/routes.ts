import {
  addShopMember,
  closeShop as closeShopEndpoint,
  listShops,
  openShop as openShopEndpoint,
  removeShopMember,
} from '#contract/shops'
import { forgetSessions, namesOf } from '#people/identity'
import type { App } from '#platform/app'
import { type Db, inTransaction } from '#platform/database'
import { cursorOf, positionIn, type Route, route } from '#platform/http'
import { assert, done } from '#platform/outcome'
import { addMember, closeShop, openShop, removeMember } from './open-shop.ts'
import { findShop, membersOfShops, type Shop, shopsPage } from './store.ts'

export function merchantsRoutes(app: App): Route[] {
  const { db } = app.database
  const viewOfId = async (id: string) => {
    const shop = await findShop(db, id)
    const [view] = shop === null ? [] : await viewsOf(db, [shop])
    assert(view !== undefined, 'the shop is there')
    return view
  }
  const told = (personId: string) => {
    forgetSessions(app)
    app.sockets.recheck(personId)
  }
  return [
    route(listShops, async ({ query }) => {
      const shops = await shopsPage(db, { before: positionIn(query.cursor), limit: query.limit })
      const last = shops.at(-1)
      const next = last && shops.length === query.limit ? cursorOf(last.openedAt, last.id) : null
      return done({ items: await viewsOf(db, shops), next })
    }),
    route(openShopEndpoint, async ({ actor, body }) => {
      const opened = await inTransaction(app, actor, (tx) => openShop(tx, body))
      return opened.ok ? done({ shop: await viewOfId(body.id) }) : opened
    }),
    route(closeShopEndpoint, async ({ actor, params }) => {
      const closed = await inTransaction(app, actor, (tx) => closeShop(tx, params.id))
      return closed.ok ? done({ shop: await viewOfId(params.id) }) : closed
    }),
    route(addShopMember, async ({ actor, params }) => {
      const { id: shopId, personId } = params
      const added = await inTransaction(app, actor, (tx) => addMember(tx, { shopId, personId }))
      told(personId)
      return added.ok ? done({ shop: await viewOfId(shopId) }) : added
    }),
    route(removeShopMember, async ({ actor, params }) => {
      const { id: shopId, personId } = params
      const removed = await inTransaction(app, actor, (tx) => removeMember(tx, { shopId, personId }))
      told(personId)
      return removed.ok ? done({ shop: await viewOfId(shopId) }) : removed
    }),
  ]
}

async function viewsOf(db: Db, shops: readonly Shop[]) {
  const members = await membersOfShops(
    db,
    shops.map(({ id }) => id),
  )
  const names = await namesOf(
    db,
    members.map(({ personId }) => personId),
  )
  return shops.map(({ id, name, openedAt, closedAt }) => ({
    id,
    name,
    openedAt: openedAt.toString(),
    closedAt: closedAt?.toString() ?? null,
    members: members
      .filter(({ shopId }) => shopId === id)
      .map(({ personId }) => ({ personId, name: names.get(personId)?.name ?? '' })),
  }))
}
