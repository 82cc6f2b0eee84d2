import { expect, test } from 'vitest'
import { knownIdsMax, snapshotIdOf, unwritten } from './index.ts'

function transaction() {
  const after: (() => void)[] = []
  return { afterCommit: (run: () => void) => void after.push(run), commit: () => after.map((run) => run()) }
}

test('the same content has the same id, and it is a UUID', () => {
  expect(snapshotIdOf('tea')).toBe(snapshotIdOf('tea'))
  expect(snapshotIdOf('tea')).not.toBe(snapshotIdOf('Tea'))
  expect(snapshotIdOf('tea')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('a row is written until a transaction that wrote it has committed, each once, in the order of ids', () => {
  const of = { database: {}, table: 'orders.snapshots' }
  const rows = ['b', 'a', 'b'].map((id) => ({ id }))
  const lost = transaction()
  expect(unwritten(lost, of, rows)).toEqual([{ id: 'a' }, { id: 'b' }])
  const kept = transaction()
  expect(unwritten(kept, of, rows)).toHaveLength(2)
  kept.commit()
  expect(unwritten(transaction(), of, [...rows, { id: 'c' }])).toEqual([{ id: 'c' }])
  // Another database knows nothing of it, nor does another table.
  expect(unwritten(transaction(), { ...of, database: {} }, rows)).toHaveLength(2)
  expect(unwritten(transaction(), { ...of, table: 'commissions.titles' }, rows)).toHaveLength(2)
})

test('memory is bounded: when it is full, everything is written again', () => {
  const of = { database: {}, table: 't' }
  for (const round of [0, 1]) {
    const tx = transaction()
    unwritten(
      tx,
      of,
      Array.from({ length: knownIdsMax }, (_, index) => ({ id: `${round} ${index}` })),
    )
    tx.commit()
  }
  expect(unwritten(transaction(), of, [{ id: '0 0' }, { id: '1 0' }])).toEqual([{ id: '0 0' }])
})
