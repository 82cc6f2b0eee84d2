import { afterAll, beforeAll, expect, test } from 'vitest'
import { firstIdSince } from '#platform/ids'
import { openTestApp, type TestApp } from '../platform/database/test-database.ts'
import { auditInvariants, proveAudit, runAudit } from './audit.ts'
import { sqlSince } from './audit-invariants.ts'

let here: TestApp
beforeAll(async () => {
  here = await openTestApp()
})
afterAll(() => here.close())

test('an empty platform breaks no rule', async () => {
  const report = await runAudit(here.app.database)
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
  expect(report.invariants).toHaveLength(auditInvariants.length)
})

test('each invariant notices its own violation, and nothing of it stays', async () => {
  const proofs = await proveAudit(here.app.database)
  expect(proofs.filter((proof) => !proof.caught)).toEqual([])
  expect((await runAudit(here.app.database)).broken).toBe(0)
})

test('an audit since an instant sees what was touched after it, and asks each narrow query in full', async () => {
  const narrow = auditInvariants.filter((invariant) => invariant.narrow !== undefined)
  expect(narrow.length).toBeGreaterThan(10)
  for (const invariant of narrow) {
    // A table that the pattern missed would be read whole, and the narrow audit would be no faster than the full one.
    const [tables, parts] = [/(from|join)\s+(orders|ledger|warehouse|fulfilment|commissions)\.\w+/g, /select \* from/g]
    const { sql } = sqlSince(invariant) ?? { sql: '' }
    expect(sql.match(parts)?.length, invariant.id).toBeGreaterThanOrEqual(invariant.sql.match(tables)?.length ?? 0)
  }
  await here.app.database.pool.query(`set session_replication_role = replica;
    insert into ledger.journals values ('${firstIdSince(Temporal.Instant.from('2026-01-01T00:00Z'))}', 'books.opened', 'planted',
      'CNY', null, now())`)
  const brokenSince = async (since: string) => {
    const { invariants } = await runAudit(here.app.database, { since: Temporal.Instant.from(since) })
    return invariants.filter(({ broken }) => broken > 0).map(({ id }) => id)
  }
  expect(await brokenSince('2026-01-01T00:00Z')).toContain('journals_are_whole')
  expect(await brokenSince('2026-01-01T00:00:01Z')).not.toContain('journals_are_whole')
})

test('names are used once', () => {
  expect(new Set(auditInvariants.map((invariant) => invariant.id)).size).toBe(auditInvariants.length)
})
