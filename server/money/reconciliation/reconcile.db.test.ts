import { afterAll, beforeAll, expect, test } from 'vitest'
import { balancesOf, findJournal } from '#money/ledger'
import {
  followPayments,
  providersOf,
  type StatementLine,
  sandboxProvider,
  topUp,
  topUpThrough,
  writeStatement,
} from '#money/payments'
import { inTransaction, systemActor, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { runAudit } from '../../app/audit.ts'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import { explainBreak } from './explain-break.ts'
import { bringStatement, reconcile } from './index.ts'
import { type BreakRow, breaksPage, statementsPage } from './store.ts'

let here: TestApp
beforeAll(async () => {
  here = await openTestApp()
})
afterAll(async () => {
  await settle()
  const report = await runAudit(here.app.database)
  await here.close()
  expect(report.invariants.filter(({ broken }) => broken > 0)).toEqual([])
})

async function settle(): Promise<void> {
  while ((await followPayments(here.app)).more);
  while ((await reconcile(here.app)).more);
}
const dayOver = () => here.app.clock.advance({ hours: 24 })
const breaks = (): Promise<BreakRow[]> => breaksPage(here.app.database.db, { before: null, limit: 100 })
const breakOf = async (reference: string) => (await breaks()).filter((each) => each.reference === reference)
async function paid(amountMinor: number): Promise<string> {
  const id = newId()
  await transact(here.app, (tx) => topUp(tx, { id, personId: newId(), amountMinor, currency: 'CNY' }))
  return id
}
const lineOf = (reference: string, more: Partial<StatementLine> = {}): StatementLine => ({
  kind: 'payment',
  reference,
  providerReference: 'x',
  amountMinor: 17_900,
  feeMinor: 107,
  currency: 'CNY',
  at: here.app.clock.now(),
  ...more,
})
const bring = (lines: readonly StatementLine[], name = 'brought.csv') =>
  bringStatement(here.app, systemActor, { provider: 'sandbox', name, text: writeStatement(lines), span: null })

test('the day after, the provider has paid: 17,793 of 17,900, and 107 are its fee; then nothing is left to explain', async () => {
  const id = await paid(17_900)
  await settle()
  expect(await findJournal(here.app.database.db, `provider.settled:${id}`), 'the day is not over').toBeNull()
  dayOver()
  await settle()
  expect((await findJournal(here.app.database.db, `provider.settled:${id}`))?.postings).toEqual([
    { account: 'cash', amountMinor: 17_793 },
    { account: 'expense:psp', amountMinor: 107 },
    { account: 'psp', amountMinor: -17_900 },
  ])
  expect(await breaks()).toEqual([])
  const before = await balancesOf(here.app.database.db, ['cash', 'psp'])
  await settle()
  expect(await balancesOf(here.app.database.db, ['cash', 'psp']), 'looking again books nothing').toEqual(before)
})

test('the same file again is the same statement', async () => {
  const id = await paid(17_900)
  const line = lineOf(id)
  const first = mustBeDone(await bring([line]))
  const again = mustBeDone(await bring([line], 'another-name.csv'))
  expect([first.isNew, again.isNew, again.statement.id]).toEqual([true, false, first.statement.id])
  const two = [line, lineOf(newId())]
  const rush = await Promise.all([bring(two), bring(two), bring(two)])
  expect(rush.filter((brought) => brought.ok && brought.value.isNew)).toHaveLength(1)
  expect(rush.every(({ ok }) => ok)).toBe(true)
  await settle()
  expect(await findJournal(here.app.database.db, `provider.settled:${id}`)).not.toBeNull()
})

test('each kind of difference is a break, and the day goes on', async () => {
  const [right, wrong, dear, twice] = [await paid(17_900), await paid(17_900), await paid(17_900), await paid(17_900)]
  const stranger = newId()
  mustBeDone(
    await bring(
      [
        lineOf(right),
        lineOf(wrong, { amountMinor: 17_901 }),
        lineOf(dear, { feeMinor: 300 }),
        lineOf(twice),
        lineOf(twice, { providerReference: 'y' }),
        lineOf(stranger),
        lineOf('txn_of_somebody_else'),
      ],
      'differences.csv',
    ),
  )
  await settle()
  const kindOf = async (reference: string) => (await breakOf(reference)).map(({ kind }) => kind)
  expect(await kindOf(right)).toEqual([])
  expect(await kindOf(wrong)).toEqual(['amount_differs'])
  expect(await kindOf(dear)).toEqual(['fee_differs'])
  expect(await kindOf(twice)).toEqual(['twice'])
  expect(await kindOf(stranger)).toEqual(['unknown_to_us'])
  expect(await kindOf('txn_of_somebody_else')).toEqual(['unknown_to_us'])
  // What they kept is what is booked, also where it is more than agreed.
  expect((await findJournal(here.app.database.db, `provider.settled:${dear}`))?.postings).toContainEqual({
    account: 'expense:psp',
    amountMinor: 300,
  })
  expect(await findJournal(here.app.database.db, `provider.settled:${wrong}`)).toBeNull()
  const found = (await breakOf(stranger))[0]
  const said = (state: 'open' | 'explained') =>
    inTransaction(here.app, systemActor, (tx) =>
      explainBreak(tx, { id: found?.id ?? '', state, note: 'another shop on the same account', by: null }),
    )
  expect(await said('explained')).toMatchObject({
    value: { state: 'explained', note: 'another shop on the same account' },
  })
  expect(await said('open')).toMatchObject({ value: { state: 'open', closedAt: null } })
})

test('what we took and no statement speaks of is a break, until one does', async () => {
  const id = newId()
  const provider = providersOf(here.app).all[0]
  if (provider === undefined) throw new Error('a test has the sandbox')
  // A provider that forgets: its statements leave this payment out.
  const forgetful = { ...provider, statementOf: async () => writeStatement([]) }
  const all = providersOf(here.app).all as (typeof provider)[]
  await transact(here.app, (tx) => topUp(tx, { id, personId: newId(), amountMinor: 17_900, currency: 'CNY' }))
  all[0] = forgetful
  dayOver()
  await settle()
  all[0] = provider
  expect(await breakOf(id)).toMatchObject([
    { kind: 'unknown_to_provider', state: 'open', oursMinor: 17_900, theirsMinor: null },
  ])
  await settle()
  expect(await breakOf(id), 'found once').toHaveLength(1)
  mustBeDone(await bring([lineOf(id)], 'afterwards.csv'))
  await settle()
  expect(await breakOf(id)).toMatchObject([{ state: 'resolved' }])
  expect(await findJournal(here.app.database.db, `provider.settled:${id}`)).not.toBeNull()
})

test('what they took and we wait for is asked about at once, and closes itself', async () => {
  const id = newId()
  const wish = { id, personId: newId(), amountMinor: 17_900, currency: 'CNY' as const }
  // The money was taken, the answer lost, and we are to wait a minute before we ask.
  await topUpThrough(here.app, sandboxProvider(here.app, { in: 'lose_answer' }), systemActor, wish)
  mustBeDone(await bring([lineOf(id)], 'early.csv'))
  while ((await reconcile(here.app)).more);
  expect(await breakOf(id)).toMatchObject([{ kind: 'not_taken_by_us', state: 'open' }])
  await settle()
  expect(await breakOf(id)).toMatchObject([{ state: 'resolved' }])
})

test('a file that is half understood is not taken', async () => {
  const text = `${writeStatement([lineOf(newId())])}payment,broken\n`
  const before = (await statementsPage(here.app.database.db, { before: null, limit: 100 })).length
  expect(
    await bringStatement(here.app, systemActor, { provider: 'sandbox', name: 'b', text, span: null }),
  ).toMatchObject({
    code: 'statement_unreadable',
    params: { line: 3 },
  })
  expect((await statementsPage(here.app.database.db, { before: null, limit: 100 })).length).toBe(before)
})
