import type { Tx } from '#platform/database'
import { renameAuthor } from './store.ts'

/** He has gone: what he said stays where it was said, and nobody said it. */
export function forgetAuthor(tx: Tx, personId: string): Promise<void> {
  return renameAuthor(tx, { personId, name: '–' })
}
