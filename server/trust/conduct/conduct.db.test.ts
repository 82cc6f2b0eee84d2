import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { all, inTransaction, systemActor } from '#platform/database'
import { buildHttp, type HttpServer } from '#platform/http'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import {
  activeViolationsOf,
  closeViolation,
  conductRoutes,
  expireViolations,
  type NewViolation,
  pointsOf,
  recordViolation,
} from './index.ts'

let world: TestApp
let http: HttpServer
const creators = new Set<string>()
let caller: { personId: string; roles: ('moderator' | 'creator')[] }

beforeAll(async () => {
  world = await openTestApp()
  const routes = conductRoutes(world.app, { isCreator: async (id) => creators.has(id) })
  http = await buildHttp(world.app, { authenticate: async () => caller, routes })
})
afterAll(async () => {
  await http.close()
  await world.close()
})

const violationOf = (creatorId: string, more: Partial<NewViolation> = {}): NewViolation => ({
  id: newId(),
  creatorId,
  rule: 'false_claim',
  severity: 'serious',
  points: 6,
  note: 'said it cures colds',
  days: 30,
  ...more,
})
const record = (wish: NewViolation) => inTransaction(world.app, systemActor, (tx) => recordViolation(tx, wish))
const close = (id: string) =>
  inTransaction(world.app, systemActor, (tx) => closeViolation(tx, { id, reason: 'appeal upheld' }))

function eventsOf(creatorId: string) {
  return all(
    world.app.database.db,
    sql<{ name: string; left: number }>`select name, (body->>'activeViolations')::int as left from platform.events
      where body->>'creatorId' = ${creatorId} order by id`,
  )
}

test('what was active, and what it weighed, follows from the records for any instant', async () => {
  const creatorId = newId()
  const { db } = world.app.database
  const before = world.app.clock.now()
  world.app.clock.advance({ hours: 1 })
  mustBeDone(await record(violationOf(creatorId, { points: 4, days: 10 })))
  const second = mustBeDone(await record(violationOf(creatorId, { points: 8, days: 20 })))
  const both = world.app.clock.now()
  world.app.clock.advance({ hours: 24 })
  mustBeDone(await close(second.id))
  const closed = world.app.clock.now()
  const at = async (instant: Temporal.Instant) => [
    (await activeViolationsOf(db, [creatorId], instant)).get(creatorId),
    (await pointsOf(db, [creatorId], instant)).get(creatorId),
  ]
  expect(await at(before)).toEqual([0, 0])
  expect(await at(both)).toEqual([2, 12])
  expect(await at(closed)).toEqual([1, 4])
  expect(await at(both.add({ hours: 24 * 10 }))).toEqual([0, 0])
  expect((await eventsOf(creatorId)).map(({ name, left }) => [name, left])).toEqual([
    ['violation.recorded', 1],
    ['violation.recorded', 2],
    ['violation.closed', 1],
  ])
})

test('a violation is recorded once per id, and closed once, also when two moderators hurry', async () => {
  const creatorId = newId()
  const wish = violationOf(creatorId)
  const recorded = await Promise.all([record(wish), record(wish)])
  expect(recorded.map((each) => each.ok)).toEqual([true, true])
  expect(await record({ ...wish, creatorId: newId() })).toMatchObject({ code: 'not_found' })
  const closed = await Promise.all([close(wish.id), close(wish.id)])
  expect(closed.filter((each) => each.ok)).toHaveLength(1)
  expect(closed.find((each) => !each.ok)).toMatchObject({ code: 'violation_not_active' })
  expect(await eventsOf(creatorId)).toHaveLength(2)
})

test('who began first and comes second is told that it is closed', async () => {
  const wish = violationOf(newId())
  mustBeDone(await record(wish))
  const { promise: letGo, resolve: go } = Promise.withResolvers<void>()
  const late = inTransaction(world.app, systemActor, async (tx) => {
    await letGo
    return closeViolation(tx, { id: wish.id, reason: 'a mistake' })
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect((await close(wish.id)).ok).toBe(true)
  go()
  expect(await late).toMatchObject({ ok: false, code: 'violation_not_active' })
})

test('time ends a violation by itself, and the sweep tells of it once', async () => {
  const creatorId = newId()
  mustBeDone(await record(violationOf(creatorId, { days: 1 })))
  await expireViolations(world.app)
  expect(await eventsOf(creatorId)).toHaveLength(1)
  world.app.clock.advance({ hours: 24 })
  expect((await activeViolationsOf(world.app.database.db, [creatorId], world.app.clock.now())).get(creatorId)).toBe(0)
  await Promise.all([expireViolations(world.app), expireViolations(world.app)])
  expect((await eventsOf(creatorId)).map(({ name, left }) => [name, left])).toEqual([
    ['violation.recorded', 1],
    ['violation.closed', 0],
  ])
})

test('the record cannot be rewritten or removed', async () => {
  const wish = violationOf(newId())
  mustBeDone(await record(wish))
  const { pool } = world.app.database
  await expect(pool.query('update conduct.violations set points = 1 where id = $1', [wish.id])).rejects.toThrow(
    'does not change',
  )
  await expect(pool.query('delete from conduct.violations where id = $1', [wish.id])).rejects.toThrow('does not change')
  mustBeDone(await close(wish.id))
  await expect(
    pool.query('update conduct.violations set closed_at = null, closed_reason = null where id = $1', [wish.id]),
  ).rejects.toThrow('does not change')
})

test('moderators see all pages, a creator sees his own, and an unknown creator has no record', async () => {
  const [mine, other] = [newId(), newId()]
  creators.add(mine).add(other)
  caller = { personId: newId(), roles: ['moderator'] }
  const post = (creatorId: string) =>
    http.inject({ method: 'POST', url: '/api/v1/violations', payload: violationOf(creatorId) })
  for (const creatorId of [mine, other, mine]) expect((await post(creatorId)).statusCode).toBe(201)
  expect((await post(newId())).statusCode).toBe(404)
  const pages: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const cursor: string = next && `&cursor=${encodeURIComponent(next)}`
    const page = (await http.inject(`/api/v1/violations?creatorId=${mine}&limit=1${cursor}`)).json()
    pages.push(...page.items.map((each: { creatorId: string }) => each.creatorId))
    next = page.next
  }
  expect(pages).toEqual([mine, mine])
  caller = { personId: other, roles: ['creator'] }
  const own = (await http.inject('/api/v1/studio/violations')).json().violations
  expect(own).toHaveLength(1)
  expect(own[0]).toMatchObject({ creatorId: other, state: 'active', closedReason: null })
})
