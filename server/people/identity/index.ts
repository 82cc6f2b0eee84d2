/**
 * Identity: who somebody is, how he proves it, and as what he may act.
 *
 * Always true: there is no default password and no second first administrator; codes, tokens and links are kept as
 * hashes; a sign-out or a change of roles is seen by every process within two seconds; the last administrator stays one.
 * Not here: what a role may do (each endpoint's policy in the contract), addresses (`profiles`), creators (`creators`).
 */
import type { App } from '#platform/app'
import type { Db, Tx } from '#platform/database'
import type { Authenticate } from '#platform/http'
import { engineOf } from './engine.ts'
import type { PublicName } from './person.ts'
import { type DemoLogin, eraseIdentity, findPerson, loadDemoLogins, loadNames, upsertDemoLogin } from './store.ts'

export type { NewPerson, Person, PublicName } from './person.ts'
export { openPeople, openPerson, type OpenPersonRefusal } from './open-person.ts'
export { grantRole, revokeRole } from './roles.ts'
export { firstAdminLink } from './first-admin.ts'
export { identityRoutes } from './routes.ts'
export type { SendCode } from './phone-sign-in.ts'
export { forgetOldSessions } from './forget-old-sessions.ts'
export type { DemoLogin } from './store.ts'
export { findPerson, loadDemoLogins }

/** Who is behind a request's cookie. */
export function authenticatorOf(app: Pick<App, 'database' | 'secret'>): Authenticate {
  const engine = engineOf(app)
  return (headers) => engine.authenticate(headers)
}

/** For routes that change somebody's roles: this process sees the change at once, the others within two seconds. */
export function forgetSessions(app: Pick<App, 'database' | 'secret'>): void {
  engineOf(app).forgetAll()
}

/** Name and picture of each of these people who exists. */
export function namesOf(db: Db, personIds: readonly string[]): Promise<Map<string, PublicName>> {
  return loadNames(db, personIds)
}

/** A one-click login of the demo world; used in demo mode only. */
export function addDemoLogin(tx: Tx, demo: DemoLogin): Promise<void> {
  return upsertDemoLogin(tx.db, demo)
}

/** Replaces a person by a tombstone under the same id. Whether he may go, the asker has to know. */
export function erasePerson(tx: Tx, personId: string): Promise<void> {
  return eraseIdentity(tx.db, personId, tx.now)
}
