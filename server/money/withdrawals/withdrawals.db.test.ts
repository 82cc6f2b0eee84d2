import { afterAll, beforeAll, expect, test } from 'vitest'
import { balanceOf, findJournal, walletOf } from '#money/ledger'
import { sandboxProvider, topUp } from '#money/payments'
import { inTransaction, systemActor, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { runAudit } from '../../app/audit.ts'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import {
  makePayoutFile,
  noteWithdrawalEnd,
  payApprovedWithdrawals,
  requestWithdrawal,
  reviewWithdrawal,
} from './index.ts'
import { findWithdrawal, insertRule } from './store.ts'

let here: TestApp
beforeAll(async () => {
  here = await openTestApp()
})
afterAll(async () => {
  const report = await runAudit(here.app.database)
  await here.close()
  expect(report.invariants.filter(({ broken }) => broken > 0)).toEqual([])
})

const bank = { holder: 'Ann', bank: 'CMB', account: '6225881234567890' }
const balance = (personId: string) => balanceOf(here.app.database.db, walletOf(personId))
async function somebodyWith(amountMinor: number): Promise<string> {
  const personId = newId()
  await transact(here.app, (tx) => topUp(tx, { id: newId(), personId, amountMinor, currency: 'CNY' }))
  return personId
}
const ask = (personId: string, amountMinor: number, of: { id?: string; paysBy?: 'provider' | 'file' } = {}) =>
  inTransaction(here.app, systemActor, (tx) =>
    requestWithdrawal(tx, {
      ...{ id: newId(), paysBy: 'file' as const, personName: 'Ann', currency: 'CNY' as const, ...bank },
      ...of,
      personId,
      amountMinor,
    }),
  )
const stateOf = async (id: string) => (await findWithdrawal(here.app.database.db, id))?.state
const end = (id: string, state: 'paid' | 'failed') =>
  inTransaction(here.app, systemActor, (tx) => noteWithdrawalEnd(tx, { id, state, note: 'because' }))

test('what is asked for leaves the wallet at once, and once; nobody takes out more than he has', async () => {
  const ann = await somebodyWith(100_000)
  const id = newId()
  const answers = await Promise.all([ask(ann, 60_000, { id }), ask(ann, 60_000, { id }), ask(ann, 60_000, { id })])
  expect(answers.map((answer) => answer.ok && answer.value.number)).toEqual(
    Array.from({ length: 3 }, () => mustBeDone(answers[0] as never as (typeof answers)[0]).number),
  )
  expect(await balance(ann)).toBe(40_000)
  expect(await ask(ann, 50_000, { id })).toMatchObject({ code: 'id_reused' })
  const rush = await Promise.all(Array.from({ length: 10 }, () => ask(ann, 30_000)))
  expect(rush.filter(({ ok }) => ok)).toHaveLength(1)
  expect(await balance(ann)).toBe(10_000)
  expect(await ask(ann, 999)).toMatchObject({ code: 'below_minimum' })
})

test('paid: the bank has it less the fee, to the cent', async () => {
  const ann = await somebodyWith(100_500)
  const { id, feeMinor } = mustBeDone(await ask(ann, 100_500))
  expect(feeMinor).toBe(101)
  expect((await end(id, 'paid')).ok).toBe(true)
  expect((await end(id, 'paid')).ok, 'told twice').toBe(true)
  expect(await end(id, 'failed'), 'and it stays so').toMatchObject({ code: 'withdrawal_decided' })
  expect((await findJournal(here.app.database.db, `withdrawal.paid:${id}`))?.postings).toEqual([
    { account: 'withdrawals', amountMinor: 100_500 },
    { account: 'cash', amountMinor: -100_399 },
    { account: 'revenue:withdrawals', amountMinor: -101 },
  ])
})

test('a payout that failed is back in the wallet, all of it', async () => {
  const ann = await somebodyWith(50_000)
  const { id } = mustBeDone(await ask(ann, 50_000))
  await end(id, 'failed')
  await end(id, 'failed')
  expect(await balance(ann)).toBe(50_000)
})

test('above the limit somebody else looks first; a no gives all of it back', async () => {
  const ann = await somebodyWith(2_000_000)
  const { id, state } = mustBeDone(await ask(ann, 600_000))
  expect(state).toBe('review')
  const review = (by: string, decision: 'approved' | 'refused', of = id) =>
    inTransaction(here.app, systemActor, (tx) =>
      reviewWithdrawal(tx, { id: of, decision, paysBy: 'file', note: 'seen', by }),
    )
  expect(await review(ann, 'approved')).toMatchObject({ code: 'own_withdrawal' })
  const bob = newId()
  expect((await review(bob, 'approved')).ok).toBe(true)
  expect((await review(bob, 'approved')).ok, 'said twice').toBe(true)
  expect(await review(bob, 'refused')).toMatchObject({ code: 'withdrawal_decided' })
  const other = mustBeDone(await ask(ann, 600_000)).id
  expect((await review(bob, 'refused', other)).ok).toBe(true)
  expect(await balance(ann)).toBe(1_400_000)
})

test('what waits for a file goes into one, once', async () => {
  const ann = await somebodyWith(50_000)
  const wanted = [mustBeDone(await ask(ann, 10_000)).id, mustBeDone(await ask(ann, 20_000)).id]
  const ids = [newId(), newId(), newId()]
  const made = await Promise.all(
    ids.map((id) => inTransaction(here.app, systemActor, (tx) => makePayoutFile(tx, { id, by: null }))),
  )
  const files = made.flatMap((file) => (file.ok ? [file.value] : []))
  expect(files.length).toBeGreaterThan(0)
  const holding = new Set<string | null>()
  for (const id of wanted) {
    const withdrawal = await findWithdrawal(here.app.database.db, id)
    expect(withdrawal?.state).toBe('sent')
    holding.add(withdrawal?.fileId ?? null)
  }
  expect([...holding].every((id) => files.some((file) => file.id === id))).toBe(true)
  expect(
    await inTransaction(here.app, systemActor, (tx) => makePayoutFile(tx, { id: newId(), by: null })),
  ).toMatchObject({
    code: 'nothing_to_pay',
  })
  const again = await inTransaction(here.app, systemActor, (tx) =>
    makePayoutFile(tx, { id: files[0]?.id ?? '', by: null }),
  )
  expect(again).toEqual({ ok: true, value: files[0] })
})

test('a provider whose answer is lost is asked again later, and pays once', async () => {
  const ann = await somebodyWith(50_000)
  const { id } = mustBeDone(await ask(ann, 50_000, { paysBy: 'provider' }))
  const provider = sandboxProvider(here.app, { out: 'lose_answer' })
  await payApprovedWithdrawals(here.app, provider)
  expect(await stateOf(id)).toBe('approved')
  await payApprovedWithdrawals(here.app, provider)
  expect(await stateOf(id), 'not so soon').toBe('approved')
  here.app.clock.advance({ seconds: 61 })
  await payApprovedWithdrawals(here.app, provider)
  expect(await stateOf(id)).toBe('paid')
})

test('a provider that says no gives it back', async () => {
  const ann = await somebodyWith(50_000)
  const { id } = mustBeDone(await ask(ann, 50_000, { paysBy: 'provider' }))
  await payApprovedWithdrawals(here.app, sandboxProvider(here.app, { out: 'decline' }))
  expect([await stateOf(id), await balance(ann)]).toEqual(['failed', 50_000])
})

test('a new rule changes nothing that was asked for before', async () => {
  const ann = await somebodyWith(100_000)
  const before = mustBeDone(await ask(ann, 10_000))
  here.app.clock.advance({ seconds: 10 })
  const rule = {
    minimumMinor: 2_000,
    feeMinor: 500,
    feeBasisPoints: 0,
    reviewAboveMinor: 5_000,
    perDayMinorMax: 100_000,
  }
  await transact(here.app, (tx) => insertRule(tx, { ...rule, validFrom: tx.now }, null))
  const after = mustBeDone(await ask(ann, 10_000))
  expect([before.feeMinor, before.ruleVersion, before.state]).toEqual([10, 1, 'approved'])
  expect([after.feeMinor, after.ruleVersion, after.state]).toEqual([500, 2, 'review'])
  const stored = await findWithdrawal(here.app.database.db, before.id)
  expect([stored?.feeMinor, stored?.ruleVersion]).toEqual([10, 1])
})
