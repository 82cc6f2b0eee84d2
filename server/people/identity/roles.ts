import type { Role } from '#contract/roles'
import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { deleteRole, findPerson, insertRoles, lockHolders } from './store.ts'

/** Gives a role; giving it twice is giving it once. */
export async function grantRole(
  tx: Tx,
  grant: { personId: string; role: Role },
): Promise<Outcome<{ roles: Role[] }, 'not_found'>> {
  if ((await findPerson(tx.db, grant.personId)) === null) return refuse('not_found')
  await insertRoles(tx.db, [grant], { grantedBy: tx.actor.kind === 'person' ? tx.actor.personId : null, now: tx.now })
  return done({ roles: (await findPerson(tx.db, grant.personId))?.roles ?? [] })
}

/** Takes a role away. All administrators are locked first, so that two of them cannot remove each other at once. */
export async function revokeRole(
  tx: Tx,
  grant: { personId: string; role: Role },
): Promise<Outcome<{ roles: Role[] }, 'not_found' | 'last_admin'>> {
  if ((await findPerson(tx.db, grant.personId)) === null) return refuse('not_found')
  if (grant.role === 'admin') {
    const admins = await lockHolders(tx.db, 'admin')
    if (admins.length === 1 && admins[0] === grant.personId) return refuse('last_admin')
  }
  await deleteRole(tx.db, grant.personId, grant.role)
  return done({ roles: (await findPerson(tx.db, grant.personId))?.roles ?? [] })
}
