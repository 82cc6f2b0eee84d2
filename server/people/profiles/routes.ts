import * as contract from '#contract/people'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { done } from '#platform/outcome'
import { deleteAddress, saveAddress } from './save-address.ts'
import { loadOf } from './store.ts'

export function profilesRoutes(app: Pick<App, 'database'>): Route[] {
  return [
    route(contract.listMyAddresses, async ({ actor }) => {
      const addresses = await loadOf(app.database.db, personOf(actor))
      return done({ addresses: addresses.map(({ ownerId: _owner, slot: _slot, ...address }) => address) })
    }),

    route(contract.saveMyAddress, async ({ actor, params, body }) => {
      const wish = { ...body, id: params.id, ownerId: personOf(actor) }
      const saved = await inTransaction(app, actor, (tx) => saveAddress(tx, wish))
      return saved.ok ? done({ address: saved.value }) : saved
    }),

    route(contract.deleteMyAddress, async ({ actor, params }) => {
      const wish = { id: params.id, ownerId: personOf(actor) }
      const deleted = await inTransaction(app, actor, (tx) => deleteAddress(tx, wish))
      return deleted.ok ? done({}) : deleted
    }),
  ]
}
