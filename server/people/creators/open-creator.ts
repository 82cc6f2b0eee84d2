import { findPerson, grantRole } from '#people/identity'
import type { Tx } from '#platform/database'
import { done, type Outcome, refuse } from '#platform/outcome'
import { listedAmong } from '#trust/blacklist'
import { insertCreator, loadCreators } from './store.ts'

export interface NewCreator {
  /** His person id; the person must be there. */
  personId: string
  /** The asker's name for this wish; with the same one, asking again is done again. Seeds leave it out. */
  wishId?: string
  handle: string
  name: string
  bio: string
  /** Without one, the person's. */
  avatar?: string | null
}

export type OpenCreatorRefusal = 'not_found' | 'blacklisted' | 'handle_taken' | 'already_creator'

/** Makes a person a creator and gives him the role. */
export async function openCreator(tx: Tx, wish: NewCreator): Promise<Outcome<{ id: string }, OpenCreatorRefusal>> {
  const person = await findPerson(tx.db, wish.personId)
  if (person === null) return refuse('not_found')
  if ((await listedAmong(tx.db, { personIds: [wish.personId], what: 'create' }, tx.now)).size > 0) {
    return refuse('blacklisted')
  }
  const { personId: id, wishId = wish.personId, handle, name, bio } = wish
  const avatar = wish.avatar ?? person.avatar
  if (!(await insertCreator(tx.db, { id, wishId, handle, name, bio, avatar, openedAt: tx.now }))) {
    const [mine] = await loadCreators(tx.db, [id])
    if (mine === undefined) return refuse('handle_taken')
    if (mine.wishId !== wishId || mine.handle !== handle) return refuse('already_creator')
  }
  const granted = await grantRole(tx, { personId: id, role: 'creator' })
  return granted.ok ? done({ id }) : granted
}
