import { type Role, roles } from '#contract/roles'

/** A person as he sees himself. */
export interface Person {
  personId: string
  name: string
  avatar: string | null
  email: string | null
  phone: string | null
  roles: Role[]
}

/** What others may know of somebody. */
export interface PublicName {
  name: string
  avatar: string | null
}

export interface NewPerson {
  id: string
  name: string
  avatar?: string | null
  email?: string | null
  phone?: string | null
  /** Without one, this person cannot sign in by e-mail. */
  password?: string | null
  roles: readonly Role[]
}

/** The contract's order, so that "the first role that fits" is the same in every process. */
export function inOrder(granted: readonly string[]): Role[] {
  return roles.filter((role) => granted.includes(role))
}

/** As `me` stands in the contract. A creator's id is his person id, so the role tells it. */
export function meOf(person: Person): Person & { creatorId: string | null } {
  return { ...person, creatorId: person.roles.includes('creator') ? person.personId : null }
}
