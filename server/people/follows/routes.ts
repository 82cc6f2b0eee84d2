import * as contract from '#contract/people'
import { findPerson } from '#people/identity'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { type Route, route } from '#platform/http'
import { refuse } from '#platform/outcome'
import { follow, unfollow } from './follow.ts'

export function followsRoutes(app: Pick<App, 'database'>): Route[] {
  // The role is asked, not the creators: they stand on this module.
  async function isCreator(id: string): Promise<boolean> {
    return (await findPerson(app.database.db, id))?.roles.includes('creator') ?? false
  }

  return [
    route(contract.followCreator, async ({ actor, params }) => {
      if (!(await isCreator(params.id))) return refuse('not_found')
      const following = { creatorId: params.id, personId: personOf(actor) }
      return inTransaction(app, actor, (tx) => follow(tx, following))
    }),

    route(contract.unfollowCreator, async ({ actor, params }) => {
      if (!(await isCreator(params.id))) return refuse('not_found')
      const following = { creatorId: params.id, personId: personOf(actor) }
      return inTransaction(app, actor, (tx) => unfollow(tx, following))
    }),
  ]
}
