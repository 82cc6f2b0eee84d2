import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction, systemActor, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { refuse } from '#platform/outcome'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import { balanceOf, balancesOf, findJournal, type Journal, lockBalances, postJournals, walletOf } from './index.ts'

let here: TestApp
beforeAll(async () => {
  here = await openTestApp()
})
afterAll(() => here.close())

function journal(debit: string, credit: string, amountMinor: number, cause = `test.posted:${newId()}`): Journal {
  const postings = [
    { account: debit, amountMinor },
    { account: credit, amountMinor: -amountMinor },
  ]
  return { id: newId(), kind: 'books.opened', cause, currency: 'CNY', orderId: null, postings }
}

const post = (...journals: Journal[]) => inTransaction(here.app, systemActor, (tx) => postJournals(tx, journals))
const raw = (text: string, values: unknown[] = []) => here.app.database.pool.query(text, values)

/** Writes a journal by hand, as one who goes around the module would. */
function writeByHand(amounts: readonly number[], options: { without?: 'journal' | 'postings'; first?: number } = {}) {
  const id = newId()
  const rows = amounts.map((amount, index) => `('${id}', ${index + (options.first ?? 1)}, 'cash', ${amount})`).join(',')
  const journals = `insert into ledger.journals values ('${id}', 'books.opened', 'by-hand:${id}', 'CNY', null, now())`
  const postings = `insert into ledger.postings values ${rows}`
  if (options.without === 'journal') return raw(postings)
  if (options.without === 'postings') return raw(journals)
  return raw(`with j as (${journals}) ${postings}`)
}

test('what is posted can be read, and the wallet moves with it', async () => {
  const wallet = walletOf(newId())
  const cause = `test.posted:${newId()}`
  expect(await post(journal('psp', wallet, 500, cause))).toEqual({ ok: true, value: { posted: 1 } })
  expect(await balanceOf(here.app.database.db, wallet)).toBe(500)
  expect((await balancesOf(here.app.database.db, [wallet])).get(wallet)).toBe(-500)
  expect((await findJournal(here.app.database.db, cause))?.postings).toEqual([
    { account: 'psp', amountMinor: 500 },
    { account: wallet, amountMinor: -500 },
  ])
})

test('the same cause posts once; with something else in it, it is a fault', async () => {
  const wallet = walletOf(newId())
  const cause = `test.posted:${newId()}`
  const ask = () => post(journal('psp', wallet, 500, cause))
  const answers = await Promise.all(Array.from({ length: 8 }, ask))
  expect(answers.map((answer) => answer.ok && answer.value.posted).sort((a, b) => Number(a) - Number(b))).toEqual([
    0, 0, 0, 0, 0, 0, 0, 1,
  ])
  expect(await balanceOf(here.app.database.db, wallet)).toBe(500)
  await expect(post(journal('psp', wallet, 501, cause))).rejects.toThrow('with something else')
  expect(await balanceOf(here.app.database.db, wallet)).toBe(500)
})

test('in one batch too, a cause posts once', async () => {
  const wallet = walletOf(newId())
  const cause = `test.posted:${newId()}`
  const twice = [journal('psp', wallet, 70, cause), journal('psp', wallet, 70, cause)]
  expect(await post(...twice)).toEqual({ ok: true, value: { posted: 1 } })
  expect(await balanceOf(here.app.database.db, wallet)).toBe(70)
})

test('concurrent spends never take a wallet below zero', async () => {
  const wallet = walletOf(newId())
  await post(journal('psp', wallet, 1_000))
  const spends = await Promise.all(
    Array.from({ length: 40 }, (_, index) => post(journal(wallet, 'escrow', index % 2 === 0 ? 90 : 110))),
  )
  const left = await balanceOf(here.app.database.db, wallet)
  expect(left).toBeGreaterThanOrEqual(0)
  expect(left).toBeLessThan(110)
  expect(spends.filter((spend) => !spend.ok).every((spend) => !spend.ok && spend.code === 'balance_too_low')).toBe(true)
  expect((await balancesOf(here.app.database.db, [wallet])).get(wallet)).toBe(0 - left)
})

test('two who spend from each other in opposite order both get through', async () => {
  const [one, two] = [walletOf(newId()), walletOf(newId())]
  await post(journal('psp', one, 100_000), journal('psp', two, 100_000))
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) => post(index % 2 === 0 ? journal(one, two, 10) : journal(two, one, 10))),
  )
  expect(answers.every((answer) => answer.ok)).toBe(true)
})

test('a refused spend leaves no trace, and a wallet that never was has nothing', async () => {
  const wallet = walletOf(newId())
  const cause = `test.posted:${newId()}`
  expect(await post(journal(wallet, 'escrow', 1, cause))).toEqual(refuse('balance_too_low'))
  expect(await findJournal(here.app.database.db, cause)).toBeNull()
  const locked = await transact(here.app, (tx) => lockBalances(tx, [wallet]))
  expect(locked.get(wallet)).toBe(0)
})

test('what was locked is known to later postings of the transaction', async () => {
  const wallet = walletOf(newId())
  await post(journal('psp', wallet, 100))
  const outcome = await inTransaction(here.app, systemActor, async (tx) => {
    await lockBalances(tx, [wallet])
    await postJournals(tx, [journal(wallet, 'escrow', 60)])
    return postJournals(tx, [journal(wallet, 'escrow', 60)])
  })
  expect(outcome).toEqual(refuse('balance_too_low'))
  expect(await balanceOf(here.app.database.db, wallet)).toBe(100)
})

test('the database itself refuses a journal that is not a whole', async () => {
  await expect(writeByHand([100, -99])).rejects.toMatchObject({ constraint: 'journals_sum_to_zero' })
  await expect(writeByHand([100])).rejects.toMatchObject({ constraint: 'journals_sum_to_zero' })
  await expect(writeByHand([100, -100], { without: 'journal' })).rejects.toMatchObject({
    constraint: 'journals_sum_to_zero',
  })
  await expect(writeByHand([], { without: 'postings' })).rejects.toMatchObject({ constraint: 'journals_are_whole' })
  await expect(writeByHand([0, 0])).rejects.toThrow('amount_minor')
  await expect(writeByHand([100, -100])).resolves.toBeDefined()
})

test('nobody adds to a journal later', async () => {
  const one = journal('cash', 'equity:opening', 5)
  await post(one)
  const add = (no: number) =>
    raw(`insert into ledger.postings values ('${one.id}', ${no}, 'cash', 9), ('${one.id}', ${no + 1}, 'cash', -9)`)
  await expect(add(3)).rejects.toMatchObject({ constraint: 'journals_sum_to_zero' })
  await expect(add(1)).rejects.toMatchObject({ code: '23505' })
})

test('journals, postings and causes never change', async () => {
  for (const table of ['journals', 'postings', 'causes']) {
    const column = table === 'journals' ? 'kind' : table === 'postings' ? 'account' : 'cause'
    for (const text of [`update ledger.${table} set ${column} = 'x:y'`, `delete from ledger.${table}`]) {
      await expect(raw(text)).rejects.toMatchObject({ constraint: 'ledger_is_immutable' })
    }
    await expect(raw(`truncate ledger.${table} cascade`)).rejects.toMatchObject({ constraint: 'ledger_is_immutable' })
  }
  await expect(raw(`update ledger.balances set balance_minor = -1`)).rejects.toMatchObject({
    constraint: 'balances_have_a_floor',
  })
})

test('whatever is posted, all sums to zero and wallets are the fold of their postings', async () => {
  const owners = [newId(), newId(), newId()]
  const accounts = [...owners.map(walletOf), 'cash', 'escrow', `payable:${owners[0]}:available`]
  const step = fc.record({
    debit: fc.nat(accounts.length - 1),
    credit: fc.nat(accounts.length - 1),
    amount: fc.integer({ min: 1, max: 300 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 8 }), async (batches) => {
      for (const batch of batches) {
        const names = batch.filter(({ debit, credit }) => debit !== credit)
        await post(
          ...names.map((each) => journal(accounts[each.debit] ?? '', accounts[each.credit] ?? '', each.amount)),
        )
      }
      const sums = await balancesOf(here.app.database.db, accounts.slice(0, 3))
      for (const [account, sum] of sums) {
        expect(await balanceOf(here.app.database.db, account)).toBe(0 - sum)
        expect(sum).toBeLessThanOrEqual(0)
      }
    }),
    { numRuns: 25 },
  )
  const whole = await raw('select coalesce(sum(amount_minor), 0)::bigint as sum from ledger.postings')
  expect(whole.rows[0].sum).toBe(0)
})
