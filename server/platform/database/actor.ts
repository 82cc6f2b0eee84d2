/** Who acts, in which role. Made by the edge (HTTP, socket) or by the system itself; never read from a body. */
import type { Role } from '#contract/roles'

export type Actor =
  | { kind: 'person'; personId: string; role: Role; roles: readonly Role[]; requestId?: string }
  | { kind: 'visitor'; requestId?: string }
  | { kind: 'system' }

export const systemActor: Actor = { kind: 'system' }

/** The person behind the actor; for use cases whose endpoint admits people only. */
export function personOf(actor: Actor): string {
  if (actor.kind !== 'person') throw new Error('The use case needs a person; its endpoint must not admit others.')
  return actor.personId
}
