import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction, systemActor, type Told, transact } from '#platform/database'
import { type Reactions, startOutbox } from '#platform/outbox'
import { done, refuse } from '#platform/outcome'
import { openTestApp, type TestApp } from '../database/test-database.ts'

let test_: TestApp
beforeAll(async () => {
  test_ = await openTestApp()
})
afterAll(() => test_.close())

function only(reactions: Partial<Reactions>): Reactions {
  return new Proxy(reactions, { get: (target, key) => Reflect.get(target, key) ?? [] }) as Reactions
}

test('a reaction runs once for an event, and not at all for one that was rolled back', async () => {
  const seen: string[] = []
  const outbox = startOutbox(
    test_.app,
    only({
      'violation.closed': [
        async function noteJoin(_tx, event) {
          seen.push(event.violationId)
        },
      ],
    }),
  )
  await transact(test_.app, async (tx) =>
    tx.emit({ name: 'violation.closed', violationId: 'kept', creatorId: 'c', outcome: 'closed', activeViolations: 0 }),
  )
  const refused = await inTransaction(test_.app, systemActor, async (tx) => {
    tx.emit({
      name: 'violation.closed',
      violationId: 'refused',
      creatorId: 'c',
      outcome: 'closed',
      activeViolations: 0,
    })
    return refuse('no')
  })
  expect(refused).toEqual({ ok: false, code: 'no' })
  await outbox.drained()
  await outbox.stop()
  expect(seen).toEqual(['kept'])
})

test('a reaction that fails is tried again, and its half-done work is not seen', async () => {
  let tries = 0
  const outbox = startOutbox(
    test_.app,
    only({
      'violation.closed': [
        async function failTwice(tx) {
          await sql`insert into platform.topics (topic, last_number) values ('half-done', 1) on conflict do nothing`.execute(
            tx.db,
          )
          if (++tries < 3) throw new Error('not yet')
        },
      ],
    }),
  )
  await transact(test_.app, async (tx) =>
    tx.emit({ name: 'violation.closed', violationId: 'v', creatorId: 'c', outcome: 'closed', activeViolations: 0 }),
  )
  await outbox.drained()
  await outbox.stop()
  expect(tries).toBe(3)
})

test('what may wait waits while it is busy, and not a moment longer', async () => {
  const ran: string[] = []
  let isBusy = true
  async function urgent() {
    ran.push('urgent')
  }
  async function patient() {
    ran.push('patient')
  }
  const reactions = only({ 'violation.closed': [patient, urgent] })
  const outbox = startOutbox(test_.app, reactions, {}, { mayWait: [patient], isBusy: () => isBusy })
  const emit = () =>
    transact(test_.app, async (tx) =>
      tx.emit({ name: 'violation.closed', violationId: 'v', creatorId: 'c', outcome: 'closed', activeViolations: 0 }),
    )
  await emit()
  await expect.poll(() => ran).toEqual(['urgent'])
  await emit()
  await expect.poll(() => ran).toEqual(['urgent', 'urgent'])
  isBusy = false
  await expect.poll(() => ran, { timeout: 5_000 }).toEqual(['urgent', 'urgent', 'patient', 'patient'])
  await outbox.stop()
})

test('messages on a topic are numbered without gaps in the order in which they commit', async () => {
  const told: Told[] = []
  test_.app.database.committed.add((what) => void told.push(...what.told))
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      inTransaction(test_.app, systemActor, async (tx) => {
        tx.tell('room:one', { index })
        if (index % 5 === 0) return refuse('no')
        tx.tell('room:one', { index, second: true })
        return done(null)
      }),
    ),
  )
  const numbers = told
    .filter((each) => each.topic === 'room:one')
    .map((each) => each.number)
    .sort((a, b) => a - b)
  expect(numbers).toEqual(Array.from({ length: 32 }, (_, index) => index + 1))
})
