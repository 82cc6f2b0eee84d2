import type { Tx } from '#platform/database'
import { snapshotIdOf, unwritten } from '#platform/snapshots'
import type { CommissionLine } from './commission.ts'
import { insertLines } from './store.ts'

/** Writes what the parties of these orders will earn, as an estimate, in the transaction that places the orders. */
export async function freezeCommissions(
  app: { database: object },
  tx: Tx,
  lines: readonly CommissionLine[],
): Promise<void> {
  if (lines.length === 0) return
  // Lines of one SKU share the very same title.
  const titles = new Map<object, { id: string; title: CommissionLine['title'] }>()
  const named = lines.map((line) => {
    let title = titles.get(line.title)
    if (title === undefined) {
      title = { id: snapshotIdOf(JSON.stringify([line.title.en, line.title.zh])), title: line.title }
      titles.set(line.title, title)
    }
    return { ...line, titleId: title.id }
  })
  await insertLines(tx, named, unwritten(tx, { database: app.database, table: 'commissions.titles' }, titles.values()))
}
