import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { done, type Outcome, refuse } from '#platform/outcome'
import { hashPassword } from './engine.ts'
import type { NewPerson } from './person.ts'
import { findTaken, insertPasswords, insertPersons, insertRoles, type PersonToInsert } from './store.ts'

export type OpenPersonRefusal = 'email_taken' | 'phone_taken' | 'person_exists'

/** A person whose password is hashed already: hashing takes long, so use cases do it before their transaction. */
export type PersonWithHash = Omit<NewPerson, 'password'> & { passwordHash?: string | null }

/** Opens one person. For seeds, which may hash inside their transaction; routes hash before it. */
export async function openPerson(tx: Tx, person: NewPerson): Promise<Outcome<{ personId: string }, OpenPersonRefusal>> {
  const { password, ...rest } = person
  return openHashed(tx, { ...rest, passwordHash: password ? await hashPassword(password) : null })
}

export async function openHashed(
  tx: Tx,
  person: PersonWithHash,
): Promise<Outcome<{ personId: string }, OpenPersonRefusal>> {
  const row = rowOf(person)
  const inserted = await insertPersons(tx.db, [row], tx.now)
  if (inserted.length === 0) {
    const taken = await findTaken(tx.db, row)
    return refuse(taken?.email ? 'email_taken' : taken?.phone ? 'phone_taken' : 'person_exists')
  }
  await complete(tx, [person])
  return done({ personId: person.id })
}

/** Opens many people without passwords in a few statements; people whose id, e-mail or phone is there already are skipped. */
export async function openPeople(tx: Tx, people: readonly Omit<NewPerson, 'password'>[]): Promise<{ opened: number }> {
  if (people.length === 0) return { opened: 0 }
  const inserted = new Set(await insertPersons(tx.db, people.map(rowOf), tx.now))
  await complete(
    tx,
    people.filter((person) => inserted.has(person.id)),
  )
  return { opened: inserted.size }
}

async function complete(tx: Tx, people: readonly PersonWithHash[]): Promise<void> {
  const grants = people.flatMap((person) => person.roles.map((role) => ({ personId: person.id, role })))
  await insertRoles(tx.db, grants, { grantedBy: null, now: tx.now })
  const passwords = people.flatMap(({ id, passwordHash }) =>
    passwordHash ? [{ id: newId(), personId: id, hash: passwordHash }] : [],
  )
  await insertPasswords(tx.db, passwords, tx.now)
}

function rowOf(person: PersonWithHash): PersonToInsert {
  return {
    id: person.id,
    name: person.name,
    email: person.email ?? null,
    phone: person.phone ?? null,
    avatar: person.avatar ?? null,
  }
}
