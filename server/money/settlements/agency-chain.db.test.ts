/** The published chain of five parties: what each is owed, posting by posting, and what a refund takes back from each. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commissionLinesOf, freezeCommissions, splitAlongChain } from '#money/commissions'
import { balancesOf, journalsOfOrder, payableOf, postJournals } from '#money/ledger'
import { transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { auditInvariants, runAudit } from '../../app/audit.ts'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import { refundConfirmedOrder, settleConfirmedOrder } from './index.ts'

let here: TestApp
beforeAll(async () => {
  here = await openTestApp()
})
afterAll(async () => {
  const ids = [
    'journals_sum_to_zero',
    'books_sum_to_zero',
    'pending_is_pending_lines',
    'commissions_follow_their_formula',
  ]
  const invariants = auditInvariants.filter(({ id }) => ids.includes(id))
  const report = await runAudit(here.app.database, { invariants })
  await here.close()
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
})

const keeps = [4_000, 3_333, 5_000, 5_000]
const parties = [newId(), newId(), newId(), newId(), newId()]

/** An order of 100 with 10 % commission, along the chain. */
async function confirmed(): Promise<string> {
  const orderId = newId()
  const creatorId = parties[2] ?? ''
  await transact(here.app, async (tx) => {
    const postings = [
      { account: 'psp', amountMinor: 100 },
      { account: 'escrow', amountMinor: -100 },
    ]
    const cause = `order.paid:${orderId}`
    mustBeDone(await postJournals(tx, [{ id: newId(), kind: 'order.paid', cause, currency: 'CNY', orderId, postings }]))
    const [line] = commissionLinesOf({
      ...{ orderId, orderNumber: '1', lineNo: 1, title: { en: 'Mug', zh: '杯子' }, currency: 'CNY' },
      ...{ baseMinor: 100, basisPoints: 1_000, chain: { creatorId, agency: null } },
      attribution: { creatorId, roomId: newId(), sessionId: newId(), roomTitle: '', personId: null, issuedAt: tx.now },
    })
    if (line === undefined) throw new Error('there is a commission')
    const parts = splitAlongChain(10, keeps)
    await freezeCommissions(
      here.app,
      tx,
      parties.map((partyId, index) => ({
        ...line,
        partyId,
        partyKind: index === 2 || index === 4 ? ('creator' as const) : ('agency' as const),
        partyName: index === 2 || index === 4 ? null : `Agency ${index}`,
        position: index + 1,
        grossMinor: parts[index]?.grossMinor ?? 0,
        keepsBasisPoints: keeps[index] ?? null,
        amountMinor: parts[index]?.netMinor ?? 0,
      })),
    )
    const order = {
      orderId,
      orderNumber: '1',
      currency: 'CNY' as const,
      priceMinor: 100,
      subsidyMinor: 0,
      paidMinor: 100,
    }
    await settleConfirmedOrder(tx, { ...order, costMinor: 0, confirmedAt: tx.now })
  })
  return orderId
}

async function owed(): Promise<number[]> {
  const names = parties.map((partyId) => payableOf(partyId, 'pending'))
  const balances = await balancesOf(here.app.database.db, names)
  return names.map((account) => 0 - (balances.get(account) ?? 0))
}

async function refund(orderId: string, refundedBeforeMinor: number, refundedMinor: number) {
  const line = { no: 1, paidMinor: 100, subsidyMinor: 0, refundedBeforeMinor, refundedMinor }
  await transact(here.app, (tx) =>
    refundConfirmedOrder(tx, { refundId: newId(), orderId, buyerId: newId(), currency: 'CNY', lines: [line] }),
  )
}

test('10 becomes 4, 2, 2, 1 and 1 in one journal, and every refund takes the same part of all of them', async () => {
  const orderId = await confirmed()
  const journal = (await journalsOfOrder(here.app.database.db, orderId)).find(({ kind }) => kind === 'order.confirmed')
  expect(journal?.postings).toEqual([
    { account: 'escrow', amountMinor: 100 },
    { account: 'revenue:goods', amountMinor: -100 },
    { account: 'expense:commission', amountMinor: 10 },
    ...[4, 2, 2, 1, 1].map((minor, index) => ({
      account: payableOf(parties[index] ?? '', 'pending'),
      amountMinor: -minor,
    })),
  ])
  expect(await owed()).toEqual([4, 2, 2, 1, 1])
  await refund(orderId, 0, 50)
  expect(await owed(), 'the last bears the rounding').toEqual([2, 1, 1, 1, 0])
  await refund(orderId, 50, 99)
  await refund(orderId, 99, 100)
  expect(await owed()).toEqual([0, 0, 0, 0, 0])
})
