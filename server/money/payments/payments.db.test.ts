import { afterAll, beforeAll, expect, test } from 'vitest'
import { balanceOf, findJournal, walletOf } from '#money/ledger'
import { reconcile } from '#money/reconciliation'
import { systemActor, transact } from '#platform/database'
import { newId } from '#platform/ids'
import { done, refuse } from '#platform/outcome'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import {
  followPayments,
  sandboxProvider,
  takeProviderMessage,
  topUp,
  topUpPerDayMinorMax,
  topUpThrough,
} from './index.ts'

let here: TestApp
beforeAll(async () => {
  here = await openTestApp()
})
afterAll(() => here.close())

const ask = async (wish: { id: string; personId: string; amountMinor: number }) => {
  const taken = await topUpThrough(here.app, sandboxProvider(here.app), systemActor, { ...wish, currency: 'CNY' })
  return taken.ok ? done(taken.value.state) : taken
}
const balance = (personId: string) => balanceOf(here.app.database.db, walletOf(personId))
const word = <Word extends 'succeeded' | 'failed' | 'pending'>(outcome: Word) =>
  ({ about: 'payment', outcome, providerReference: null }) as const
const wishOf = (amountMinor: number) => ({ id: newId(), personId: newId(), amountMinor })

test('a top-up is there at once, and once', async () => {
  const wish = wishOf(10_000)
  const answers = await Promise.all([ask(wish), ask(wish), ask(wish)])
  expect(answers.every((answer) => answer.ok && answer.value === 'succeeded')).toBe(true)
  expect(await ask(wish)).toEqual({ ok: true, value: 'succeeded' })
  expect(await balance(wish.personId)).toBe(10_000)
  expect(await ask({ ...wish, amountMinor: 20_000 })).toEqual(refuse('id_reused'))
  expect(await ask({ ...wish, personId: newId() })).toEqual(refuse('id_reused'))
})

test('a day has a limit', async () => {
  const personId = newId()
  for (let sum = 0; sum < topUpPerDayMinorMax; sum += 5_000_000) {
    expect((await ask({ id: newId(), personId, amountMinor: 5_000_000 })).ok).toBe(true)
  }
  expect(await ask({ id: newId(), personId, amountMinor: 100 })).toMatchObject({ code: 'top_up_limit' })
  expect(await balance(personId)).toBe(topUpPerDayMinorMax)
})

test('declined is declined, and its id stays used', async () => {
  const wish = wishOf(10_001)
  expect(await ask(wish)).toEqual(refuse('provider_failed'))
  expect(await ask(wish)).toEqual({ ok: true, value: 'failed' })
  expect(await balance(wish.personId)).toBe(0)
})

test.each([
  [10_002, 'delays'],
  [10_003, 'repeats'],
  [10_006, 'tells things in the wrong order'],
])('%i: the provider %s, and the wallet is credited once', async (amountMinor) => {
  const wish = wishOf(amountMinor)
  expect(await ask(wish)).toEqual({ ok: true, value: 'pending' })
  expect(await balance(wish.personId)).toBe(0)
  for (let seconds = 0; seconds < 60; seconds += 10) {
    here.app.clock.advance({ seconds: 10 })
    await followPayments(here.app)
  }
  expect(await balance(wish.personId)).toBe(amountMinor)
  expect(await ask(wish)).toEqual({ ok: true, value: 'succeeded' })
  expect(await balance(wish.personId)).toBe(amountMinor)
})

test('a decline that comes late leaves the wallet alone', async () => {
  const wish = wishOf(10_005)
  expect(await ask(wish)).toEqual({ ok: true, value: 'pending' })
  here.app.clock.advance({ seconds: 40 })
  await followPayments(here.app)
  expect(await ask(wish)).toEqual({ ok: true, value: 'failed' })
  expect(await balance(wish.personId)).toBe(0)
})

test('money that the provider took without an answer is found by asking', async () => {
  const wish = wishOf(10_004)
  expect(await ask(wish)).toEqual({ ok: true, value: 'pending' })
  here.app.clock.advance({ seconds: 59 })
  await followPayments(here.app)
  expect(await balance(wish.personId)).toBe(0)
  here.app.clock.advance({ seconds: 2 })
  await followPayments(here.app)
  expect(await balance(wish.personId)).toBe(10_004)
})

test('a payment that the provider never heard of is given up, but counts if it turns up', async () => {
  const wish = wishOf(10_007)
  expect(await ask(wish)).toEqual({ ok: true, value: 'pending' })
  here.app.clock.advance({ minutes: 31 })
  await followPayments(here.app)
  expect(await ask(wish)).toEqual({ ok: true, value: 'failed' })
  const message = { provider: 'sandbox', messageId: newId(), reference: wish.id, ...word('succeeded') }
  await transact(here.app, (tx) => takeProviderMessage(tx, message))
  expect(await balance(wish.personId)).toBe(10_007)
})

test('a hundred messages in any order, at the same time, give one posting', async () => {
  const wish = wishOf(10_002)
  await ask(wish)
  const outcomes = ['succeeded', 'failed', 'pending'] as const
  const messages = Array.from({ length: 100 }, (_, index) => ({
    provider: 'sandbox',
    messageId: `${wish.id}/${index % 40}`,
    reference: wish.id,
    ...word(outcomes[(index * 7) % 3] ?? 'pending'),
  }))
  await Promise.all(messages.map((message) => transact(here.app, (tx) => takeProviderMessage(tx, message))))
  expect(await balance(wish.personId)).toBe(10_002)
  expect((await findJournal(here.app.database.db, `wallet.topped_up:${wish.id}`))?.postings).toHaveLength(2)
})

test('messages about what nobody knows are left alone', async () => {
  const message = { provider: 'sandbox', messageId: newId(), reference: newId(), ...word('succeeded') }
  await transact(here.app, (tx) => takeProviderMessage(tx, message))
})

test('the provider pays us the next day, less 0.6 %', async () => {
  const wish = wishOf(17_900)
  await ask(wish)
  here.app.clock.advance({ hours: 24 })
  while ((await reconcile(here.app)).more);
  const journal = await findJournal(here.app.database.db, `provider.settled:${wish.id}`)
  expect(journal?.postings).toEqual([
    { account: 'cash', amountMinor: 17_793 },
    { account: 'expense:psp', amountMinor: 107 },
    { account: 'psp', amountMinor: -17_900 },
  ])
})

test('a seed tops up in bulk, once', async () => {
  const wishes = Array.from({ length: 300 }, () => ({ ...wishOf(5_000), currency: 'CNY' as const }))
  await transact(here.app, (tx) => topUp(tx, ...wishes))
  await transact(here.app, (tx) => topUp(tx, ...wishes))
  expect(await balance(wishes[299]?.personId ?? '')).toBe(5_000)
})
