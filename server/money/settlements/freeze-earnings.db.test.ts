import { afterAll, beforeAll, expect, test } from 'vitest'
import { commissionLinesOf, commissionsOfOrders, freezeCommissions } from '#money/commissions'
import { balancesOf, findJournal, payableOf, postJournals } from '#money/ledger'
import { transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { auditInvariants, proveAudit, runAudit } from '../../app/audit.ts'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import {
  closePayout,
  forfeitEarnings,
  freezeEarnings,
  refundConfirmedOrder,
  releaseDueEarnings,
  settleConfirmedOrder,
  thawEarnings,
} from './index.ts'

let here: TestApp
beforeAll(async () => {
  here = await openTestApp()
})
afterAll(async () => {
  const ids = ['pending_is_pending_lines', 'available_is_unpaid_entries', 'reserve_is_open_reserves']
  const frozen = ['frozen_is_open_freezes', 'frozen_lines_have_a_freeze', 'books_sum_to_zero']
  const invariants = auditInvariants.filter(({ id }) => [...ids, ...frozen].includes(id))
  const report = await runAudit(here.app.database, { invariants })
  const proofs = await proveAudit(here.app.database, invariants)
  await here.close()
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
  expect(proofs.filter(({ caught }) => !caught)).toEqual([])
})

const days = (count: number) => here.app.clock.advance({ hours: count * 24 })
const sweep = async () => {
  while ((await releaseDueEarnings(here.app)).more);
}

/** A creator earns 1,000 of an order of 10,000, in a session. */
async function earn(creatorId: string, sessionId = newId()): Promise<{ orderId: string; buyerId: string }> {
  const [orderId, buyerId] = [newId(), newId()]
  await transact(here.app, async (tx) => {
    const postings = [
      { account: 'psp', amountMinor: 10_000 },
      { account: 'escrow', amountMinor: -10_000 },
    ]
    const cause = `order.paid:${orderId}`
    mustBeDone(await postJournals(tx, [{ id: newId(), kind: 'order.paid', cause, currency: 'CNY', orderId, postings }]))
    const lines = commissionLinesOf({
      ...{ orderId, orderNumber: '1', lineNo: 1, title: { en: 'Mug', zh: '杯子' }, currency: 'CNY' },
      ...{ baseMinor: 10_000, basisPoints: 1_000, chain: { creatorId, agency: null } },
      attribution: { creatorId, roomId: newId(), sessionId, roomTitle: '', personId: null, issuedAt: tx.now },
    })
    await freezeCommissions(here.app, tx, lines)
    await settleConfirmedOrder(tx, {
      ...{ orderId, orderNumber: '1', currency: 'CNY', priceMinor: 10_000, subsidyMinor: 0, paidMinor: 10_000 },
      ...{ costMinor: 0, confirmedAt: tx.now },
    })
  })
  return { orderId, buyerId }
}

/** Pending, available, reserve, frozen. */
async function owed(partyId: string): Promise<number[]> {
  const names = (['pending', 'available', 'reserve', 'frozen'] as const).map((kind) => payableOf(partyId, kind))
  const balances = await balancesOf(here.app.database.db, names)
  return names.map((account) => 0 - (balances.get(account) ?? 0))
}

const freeze = (partyId: string, id = newId(), sessionId: string | null = null) =>
  transact(here.app, (tx) => freezeEarnings(tx, { id, partyId, currency: 'CNY', reason: 'false claim', sessionId }))
const penalties = async () =>
  -((await balancesOf(here.app.database.db, ['revenue:penalty'])).get('revenue:penalty') ?? 0)

/** One order that is available (less its reserve of 50), and one that waits. */
async function earnTwice(): Promise<{ creatorId: string; waits: { orderId: string; buyerId: string } }> {
  const creatorId = newId()
  await earn(creatorId)
  days(15)
  await sweep()
  return { creatorId, waits: await earn(creatorId) }
}

test('what is available and what waits is frozen without profit or loss, and cannot be paid out', async () => {
  const { creatorId } = await earnTwice()
  expect(await owed(creatorId)).toEqual([1_000, 950, 50, 0])
  const id = newId()
  expect(await freeze(creatorId, id)).toEqual({ availableMinor: 950, pendingMinor: 1_000 })
  expect(await freeze(creatorId, id), 'the same again is the same').toBeNull()
  expect(await owed(creatorId)).toEqual([0, 0, 50, 1_950])
  const journal = await findJournal(here.app.database.db, `earnings.frozen:${creatorId}:${id}`)
  expect(journal?.postings).toEqual([
    { account: payableOf(creatorId, 'available'), amountMinor: 950 },
    { account: payableOf(creatorId, 'pending'), amountMinor: 1_000 },
    { account: payableOf(creatorId, 'frozen'), amountMinor: -1_950 },
  ])
  const wish = { id: newId(), partyId: creatorId, partyName: '', currency: 'CNY' as const }
  expect(await transact(here.app, (tx) => closePayout(tx, wish))).toMatchObject({ code: 'nothing_available' })
})

test('two who freeze at once, and somebody who wants it paid out, share the same money', async () => {
  const { creatorId } = await earnTwice()
  const payOut = () =>
    transact(here.app, (tx) => closePayout(tx, { id: newId(), partyId: creatorId, partyName: '', currency: 'CNY' }))
  await Promise.all([freeze(creatorId), payOut(), freeze(creatorId), payOut()])
  const [pending, available, reserve, frozen] = await owed(creatorId)
  expect([pending, available, reserve]).toEqual([0, 0, 50])
  expect([1_000, 1_950]).toContain(frozen)
})

test('an upheld appeal puts everything back where it stood, once, and the days have gone on meanwhile', async () => {
  const { creatorId, waits } = await earnTwice()
  const id = newId()
  await freeze(creatorId, id)
  days(20)
  await sweep()
  expect((await commissionsOfOrders(here.app.database.db, [waits.orderId]))[0]?.state).toBe('frozen')
  expect(await owed(creatorId), 'the reserve was nobody’s fault').toEqual([0, 50, 0, 1_950])
  const thaw = () => transact(here.app, (tx) => thawEarnings(tx, { id, partyId: creatorId }))
  await Promise.all([thaw(), thaw()])
  expect(await owed(creatorId)).toEqual([1_000, 1_000, 0, 0])
  await sweep()
  expect(await owed(creatorId)).toEqual([0, 1_950, 50, 0])
  expect(await transact(here.app, (tx) => forfeitEarnings(tx, { id, partyId: creatorId }))).toMatchObject({
    code: 'freeze_ended',
  })
})

test('what is forfeited is a penalty of ours, and its lines have earned nothing', async () => {
  const { creatorId, waits } = await earnTwice()
  const id = newId()
  await freeze(creatorId, id)
  const before = await penalties()
  const forfeit = () => transact(here.app, (tx) => forfeitEarnings(tx, { id, partyId: creatorId }))
  mustBeDone(await forfeit())
  mustBeDone(await forfeit())
  expect((await penalties()) - before).toBe(1_950)
  expect(await owed(creatorId)).toEqual([0, 0, 50, 0])
  const [line] = await commissionsOfOrders(here.app.database.db, [waits.orderId])
  expect(line).toMatchObject({ state: 'ineligible', reason: 'forfeited' })
  days(15)
  await sweep()
  expect(await owed(creatorId)).toEqual([0, 50, 0, 0])
})

test('a refund while it is frozen takes from what is frozen', async () => {
  const { creatorId, waits } = await earnTwice()
  const id = newId()
  await freeze(creatorId, id)
  await transact(here.app, (tx) =>
    refundConfirmedOrder(tx, {
      ...{ ...waits, refundId: newId(), currency: 'CNY' },
      lines: [{ no: 1, paidMinor: 10_000, subsidyMinor: 0, refundedBeforeMinor: 0, refundedMinor: 4_000 }],
    }),
  )
  expect(await owed(creatorId)).toEqual([0, 0, 50, 1_550])
  mustBeDone(await transact(here.app, (tx) => thawEarnings(tx, { id, partyId: creatorId })))
  expect(await owed(creatorId)).toEqual([600, 950, 50, 0])
})

test('one session is frozen alone; who has earned nothing there loses nothing', async () => {
  const creatorId = newId()
  const [bad, good] = [newId(), newId()]
  await earn(creatorId, bad)
  await earn(creatorId, good)
  expect(await freeze(creatorId, newId(), bad)).toEqual({ availableMinor: 0, pendingMinor: 1_000 })
  expect(await owed(creatorId)).toEqual([1_000, 0, 0, 1_000])
  expect(await freeze(creatorId, newId(), newId())).toEqual({ availableMinor: 0, pendingMinor: 0 })
  expect(await transact(here.app, (tx) => thawEarnings(tx, { id: newId(), partyId: creatorId }))).toMatchObject({
    code: 'not_found',
  })
})
