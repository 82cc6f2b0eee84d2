import { afterAll, beforeAll, expect, test } from 'vitest'
import { commissionLinesOf, commissionsOfOrders, freezeCommissions } from '#money/commissions'
import { balanceOf, balancesOf, journalsOfOrder, payableOf, postJournals, walletOf } from '#money/ledger'
import { sandboxProvider, topUp } from '#money/payments'
import { reconcile } from '#money/reconciliation'
import { inTransaction, systemActor, transact, violates } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { auditInvariants, runAudit } from '../../app/audit.ts'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import {
  closePayout,
  payClosedPayouts,
  refundConfirmedOrder,
  releaseDueEarnings,
  returnUnconfirmedOrder,
  settleConfirmedOrder,
} from './index.ts'

let here: TestApp
beforeAll(async () => {
  here = await openTestApp()
})
afterAll(() => here.close())

const raw = (text: string, values: unknown[] = []) => here.app.database.pool.query(text, values)

// The worked example: price 19,900, coupon of ours 2,000, paid 17,900, commission 10 %, agency 30 % of it, cost 9,000.
const sale = { priceMinor: 19_900, subsidyMinor: 2_000, paidMinor: 17_900, costMinor: 9_000 }

interface Sale {
  orderId: string
  orderNumber: string
  buyerId: string
  creatorId: string
  agencyId: string
}

/** Tops up, orders, and hands the goods over. */
async function sell(parties: { creatorId?: string; agencyId?: string } = {}): Promise<Sale> {
  const of = {
    orderId: newId(),
    orderNumber: '100001',
    buyerId: newId(),
    creatorId: parties.creatorId ?? newId(),
    agencyId: parties.agencyId ?? newId(),
  }
  await transact(here.app, async (tx) => {
    await topUp(tx, { id: newId(), personId: of.buyerId, amountMinor: sale.paidMinor, currency: 'CNY' })
    const journal = (kind: 'order.paid' | 'goods.handed_over', debit: string, credit: string, amountMinor: number) => ({
      id: newId(),
      kind,
      cause: `${kind}:${of.orderId}`,
      currency: 'CNY' as const,
      orderId: of.orderId,
      postings: [
        { account: debit, amountMinor },
        { account: credit, amountMinor: -amountMinor },
      ],
    })
    mustBeDone(
      await postJournals(tx, [
        journal('order.paid', walletOf(of.buyerId), 'escrow', sale.paidMinor),
        journal('goods.handed_over', 'in_transit', 'inventory', sale.costMinor),
      ]),
    )
    const lines = commissionLinesOf({
      orderId: of.orderId,
      orderNumber: of.orderNumber,
      lineNo: 1,
      title: { en: 'Mug', zh: '杯子' },
      currency: 'CNY',
      baseMinor: sale.paidMinor,
      basisPoints: 1_000,
      chain: { creatorId: of.creatorId, agency: { agencyId: of.agencyId, agencyName: 'Star', basisPoints: 3_000 } },
      attribution: {
        creatorId: of.creatorId,
        roomId: newId(),
        sessionId: newId(),
        roomTitle: 'Mugs',
        personId: of.buyerId,
        issuedAt: tx.now,
      },
    })
    await freezeCommissions(here.app, tx, lines)
  })
  return of
}

async function confirm(of: Sale): Promise<void> {
  const { orderId, orderNumber } = of
  await transact(here.app, (tx) =>
    settleConfirmedOrder(tx, { ...sale, orderId, orderNumber, currency: 'CNY', confirmedAt: tx.now }),
  )
}

/** What a party is owed: pending, available, reserve, on its way. */
async function owed(partyId: string): Promise<number[]> {
  const accounts = (['pending', 'available', 'reserve', 'payout'] as const).map((kind) => payableOf(partyId, kind))
  const balances = await balancesOf(here.app.database.db, accounts)
  return accounts.map((account) => 0 - (balances.get(account) ?? 0))
}

const days = (count: number) => here.app.clock.advance({ hours: count * 24 })
const payOut = (partyId: string, id = newId()) =>
  inTransaction(here.app, systemActor, (tx) => closePayout(tx, { id, partyId, partyName: 'Somebody', currency: 'CNY' }))

async function sweep(): Promise<void> {
  while ((await releaseDueEarnings(here.app)).more);
}

test('the worked example, to the cent', async () => {
  const before = await ourSums()
  const of = await sell()
  await confirm(of)
  const journals = await journalsOfOrder(here.app.database.db, of.orderId)
  expect(journals.map((journal) => journal.kind).sort()).toEqual(['goods.handed_over', 'order.confirmed', 'order.paid'])
  expect(journals.find((journal) => journal.kind === 'order.confirmed')?.postings).toEqual([
    { account: 'escrow', amountMinor: 17_900 },
    { account: 'subsidy', amountMinor: 2_000 },
    { account: 'revenue:goods', amountMinor: -19_900 },
    { account: 'expense:cogs', amountMinor: 9_000 },
    { account: 'in_transit', amountMinor: -9_000 },
    { account: 'expense:commission', amountMinor: 1_790 },
    { account: payableOf(of.agencyId, 'pending'), amountMinor: -537 },
    { account: payableOf(of.creatorId, 'pending'), amountMinor: -1_253 },
  ])
  days(2)
  while ((await reconcile(here.app)).more);
  const after = await ourSums()
  // The provider kept 0.6 % of 17,900, which is 107 and a bit; what is left of the price is ours.
  expect((after['expense:psp'] ?? 0) - (before['expense:psp'] ?? 0)).toBe(107)
  const kinds = ['revenue:goods', 'subsidy', 'expense:cogs', 'expense:commission', 'expense:psp']
  expect(kinds.reduce((sum, kind) => sum - ((after[kind] ?? 0) - (before[kind] ?? 0)), 0)).toBe(7_003)
})

async function ourSums(): Promise<Record<string, number>> {
  const rows = await raw('select account, sum(amount_minor)::bigint as sum from ledger.postings group by account')
  return Object.fromEntries(rows.rows.map((row) => [row.account, row.sum]))
}

test('an order is settled once, and never both confirmed and returned', async () => {
  const of = await sell()
  await confirm(of)
  await expect(confirm(of)).rejects.toThrow('with something else')
  const back = () =>
    transact(here.app, (tx) => returnUnconfirmedOrder(tx, { ...of, currency: 'CNY', paidMinor: sale.paidMinor }))
  await expect(back()).rejects.toThrow('with something else')
  expect(await owed(of.creatorId)).toEqual([1_253, 0, 0, 0])
})

test('a cancelled order gives the buyer all of it, and nobody earns', async () => {
  const of = await sell()
  const back = () =>
    transact(here.app, (tx) => returnUnconfirmedOrder(tx, { ...of, currency: 'CNY', paidMinor: sale.paidMinor }))
  await back()
  await back() // Again is the same.
  expect(await balanceOf(here.app.database.db, walletOf(of.buyerId))).toBe(17_900)
  const lines = await commissionsOfOrders(here.app.database.db, [of.orderId])
  expect(lines.map((line) => [line.partyKind, line.amountMinor, line.state, line.reason])).toEqual([
    ['agency', 537, 'ineligible', 'order_cancelled'],
    ['creator', 1_253, 'ineligible', 'order_cancelled'],
  ])
  expect(await owed(of.creatorId)).toEqual([0, 0, 0, 0])
})

test('pending for fifteen days, then available less the reserve, and eight days later the reserve too', async () => {
  const of = await sell()
  await confirm(of)
  days(14)
  await sweep()
  expect(await owed(of.creatorId)).toEqual([1_253, 0, 0, 0])
  expect(await payOut(of.creatorId)).toMatchObject({ ok: false, code: 'nothing_available' })
  days(1)
  await Promise.all([sweep(), sweep(), sweep()]) // Processes beside each other release once.
  expect(await owed(of.creatorId)).toEqual([0, 1_190, 63, 0]) // 5 % of 1,253 is 62.65.
  expect(await owed(of.agencyId)).toEqual([0, 510, 27, 0]) // 5 % of 537 is 26.85.
  days(8)
  await sweep()
  expect(await owed(of.creatorId)).toEqual([0, 1_253, 0, 0])
  expect((await commissionsOfOrders(here.app.database.db, [of.orderId])).map((line) => line.state)).toEqual([
    'settled',
    'settled',
  ])
})

test('a payout is the sum of its lines, is paid once, and asking twice is asking once', async () => {
  const of = await sell()
  await confirm(of)
  const second = await sell({ creatorId: of.creatorId, agencyId: of.agencyId })
  await confirm(second)
  days(15)
  await sweep()
  const id = newId()
  const asked = await Promise.all([payOut(of.creatorId, id), payOut(of.creatorId), payOut(of.creatorId)])
  const closed = asked.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
  expect(closed).toHaveLength(1)
  const payout = closed[0]
  expect(payout?.amountMinor).toBe(2 * 1_190)
  expect(payout?.lines.map((line) => line.amountMinor).sort((a, b) => a - b)).toEqual([-63, -63, 1_253, 1_253])
  expect(await payOut(of.creatorId, payout?.id)).toEqual({ ok: true, value: payout })
  expect(await owed(of.creatorId)).toEqual([0, 0, 126, 2_380])

  // The provider pays and its answer is lost: the same payout is sent again, and paid once.
  const provider = sandboxProvider(here.app, { out: 'lose_answer' })
  await payClosedPayouts(here.app, provider)
  expect(await owed(of.creatorId)).toEqual([0, 0, 126, 2_380])
  await payClosedPayouts(here.app, provider)
  await payClosedPayouts(here.app, provider)
  expect(await owed(of.creatorId)).toEqual([0, 0, 126, 0])
})

test('a payout that came back is available again, and the closed one stays as it was', async () => {
  const of = await sell()
  await confirm(of)
  days(15)
  await sweep()
  const first = mustBeDone(await payOut(of.creatorId))
  await payClosedPayouts(here.app, sandboxProvider(here.app, { out: 'decline' }))
  expect(await owed(of.creatorId)).toEqual([0, 1_190, 63, 0])
  const second = mustBeDone(await payOut(of.creatorId))
  expect(second.lines.map((line) => line.sentence.en)).toEqual([`Payout ${first.number} came back`])
})

test('half a refund takes half of all back; the rest closes it to the cent', async () => {
  const of = await sell()
  await confirm(of)
  const refund = (refundedBeforeMinor: number, refundedMinor: number, refundId = newId()) =>
    transact(here.app, (tx) =>
      refundConfirmedOrder(tx, {
        ...{ ...of, refundId, currency: 'CNY' },
        lines: [{ ...sale, no: 1, refundedBeforeMinor, refundedMinor }],
      }),
    )
  await refund(0, 8_950)
  const journals = await journalsOfOrder(here.app.database.db, of.orderId)
  expect(journals.find((journal) => journal.kind === 'order.refunded')?.postings).toEqual([
    { account: 'revenue:goods', amountMinor: 9_950 },
    { account: 'subsidy', amountMinor: -1_000 },
    { account: walletOf(of.buyerId), amountMinor: -8_950 },
    { account: 'expense:commission', amountMinor: -895 },
    { account: payableOf(of.agencyId, 'pending'), amountMinor: 268 },
    { account: payableOf(of.creatorId, 'pending'), amountMinor: 627 },
  ])
  await refund(8_950, 17_900)
  expect(await owed(of.creatorId)).toEqual([0, 0, 0, 0])
  expect(await owed(of.agencyId)).toEqual([0, 0, 0, 0])
  expect(await balanceOf(here.app.database.db, walletOf(of.buyerId))).toBe(17_900)
  days(15)
  await sweep() // Nothing is left to release.
  expect(await owed(of.creatorId)).toEqual([0, 0, 0, 0])
})

test('a refund after the payout makes the balance negative, and later earnings net it', async () => {
  const of = await sell()
  await confirm(of)
  days(15)
  await sweep()
  mustBeDone(await payOut(of.creatorId))
  await payClosedPayouts(here.app, sandboxProvider(here.app))
  await transact(here.app, (tx) =>
    refundConfirmedOrder(tx, {
      ...{ ...of, refundId: newId(), currency: 'CNY' },
      lines: [{ ...sale, no: 1, refundedBeforeMinor: 0, refundedMinor: 17_900 }],
    }),
  )
  // 1,190 was paid out; the reserve of 63 came back to meet the reversal of 1,253.
  expect(await owed(of.creatorId)).toEqual([0, -1_190, 0, 0])
  expect(await payOut(of.creatorId)).toMatchObject({ ok: false, code: 'nothing_available' })

  for (const next of [await sell({ creatorId: of.creatorId }), await sell({ creatorId: of.creatorId })])
    await confirm(next)
  days(15)
  await sweep()
  expect(await owed(of.creatorId)).toEqual([0, 1_190, 126, 0])
  const payout = mustBeDone(await payOut(of.creatorId))
  expect(payout.amountMinor).toBe(1_190)
  expect(payout.lines.map((line) => line.amountMinor)).toEqual(expect.arrayContaining([-1_253, 63, 1_253, 1_253, -63]))
})

test('nobody changes a closed payout, a frozen line or an entry, not even by hand', async () => {
  const of = await sell()
  await confirm(of)
  days(15)
  await sweep()
  const { id } = mustBeDone(await payOut(of.creatorId))
  const refused = async (text: string) => expect(raw(text)).rejects.toMatchObject({ code: '23000' })
  await refused(`update settlements.payouts set amount_minor = 1 where id = '${id}'`)
  await refused(`delete from settlements.payouts where id = '${id}'`)
  await refused(`update settlements.payout_lines set amount_minor = 1 where payout_id = '${id}'`)
  await refused(`delete from settlements.payout_lines where payout_id = '${id}'`)
  await refused(`insert into settlements.payout_lines select party_id, payout_id, 99, 'one more', sentence, null, null, 5
    from settlements.payout_lines where payout_id = '${id}' and no = 1`)
  await refused(
    `insert into settlements.payouts select party_id, gen_random_uuid(), 'P1', party_name, 77, currency
    from settlements.payouts where id = '${id}'`.replace('currency\n', "currency, 'closed', now()\n"),
  )
  await refused(`update settlements.entries set amount_minor = 1 where payout_id = '${id}'`)
  await refused(`update settlements.entries set payout_id = null where payout_id = '${id}'`)
  await refused(`update commissions.lines set amount_minor = 0 where order_id = '${of.orderId}'`)
  await refused(`update commissions.lines set basis_points = 9999 where order_id = '${of.orderId}'`)
  await refused(`delete from commissions.lines where order_id = '${of.orderId}'`)
  await expect(
    raw(`update commissions.lines set reversed_minor = amount_minor + 1 where order_id = '${of.orderId}'`),
  ).rejects.toSatisfy((error) => violates(error, 'lines_check') || (error as { code: string }).code === '23514')
})

test('after all of this the books still hold', async () => {
  // The orders of this file are books only, so what is compared with orders and stock is left to the whole platform's audit.
  const ids = [
    'journals_sum_to_zero',
    'books_sum_to_zero',
    'journals_are_whole',
    'causes_are_unique',
    'wallets_are_folds',
    'commissions_follow_their_formula',
    'pending_is_pending_lines',
    'available_is_unpaid_entries',
    'reserve_is_open_reserves',
    'payouts_on_their_way',
    'payouts_are_their_lines',
    'payments_are_booked_once',
    'provider_owes_what_it_has',
  ]
  const invariants = auditInvariants.filter((invariant) => ids.includes(invariant.id))
  expect(invariants).toHaveLength(ids.length)
  const report = await runAudit(here.app.database, { invariants })
  expect(report.invariants.filter((invariant) => invariant.broken > 0)).toEqual([])
})
