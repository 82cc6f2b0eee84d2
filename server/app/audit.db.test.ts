import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../platform/database/test-database.ts'
import { auditInvariants, proveAudit, runAudit } from './audit.ts'

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

test('names are used once', () => {
  expect(new Set(auditInvariants.map((invariant) => invariant.id)).size).toBe(auditInvariants.length)
})
