import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '#contract/roles'
import { openAgency, signContract } from '#people/agencies'
import { follow, followsRoutes, seedFollowers, unfollow } from '#people/follows'
import { openPerson } from '#people/identity'
import { seedVerified } from '#people/verification'
import { inTransaction, systemActor, type Tx, transact } from '#platform/database'
import { buildHttp, type HttpServer } from '#platform/http'
import { newId } from '#platform/ids'
import { type Reactions, startOutbox } from '#platform/outbox'
import { mustBeDone } from '#platform/outcome'
import { closeViolation, recordViolation } from '#trust/conduct'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import {
  creatorsOf,
  creatorsRoutes,
  decideGate,
  isCreator,
  openCreator,
  recordGateDecision,
  setGateRule,
  tellGateOfClosedViolation,
  tellGateOfFollowers,
  tellGateOfViolation,
} from './index.ts'

let world: TestApp
let http: HttpServer
let caller: { personId: string; roles: Role[] } | null = null

beforeAll(async () => {
  world = await openTestApp()
  http = await buildHttp(world.app, {
    authenticate: async () => caller,
    routes: [...creatorsRoutes(world.app, { isCategory: async () => true }), ...followsRoutes(world.app)],
  })
})
afterAll(async () => {
  await http.close()
  await world.close()
})

const inTx = <Value>(work: (tx: Tx) => Promise<Value>) => transact(world.app, work)
const handleOf = (id: string) => `c_${id.replaceAll('-', '').slice(-20)}`

async function newPerson(roles: Role[] = ['buyer']): Promise<string> {
  const id = newId()
  await inTx(async (tx) => mustBeDone(await openPerson(tx, { id, name: 'Person', roles })))
  return id
}

async function newCreator(followers: number): Promise<string> {
  const id = await newPerson()
  await inTx(async (tx) => {
    mustBeDone(await openCreator(tx, { personId: id, handle: handleOf(id), name: 'Creator', bio: '' }))
    await seedFollowers(tx, { creatorId: id, count: followers })
    await seedVerified(tx, id)
  })
  return id
}

const gateOf = (creatorId: string) =>
  decideGate({ db: world.app.database.db, now: world.app.clock.now() }, { creatorId, capability: 'live' })
const violation = (creatorId: string) => ({
  id: newId(),
  creatorId,
  rule: 'banned_goods' as const,
  severity: 'severe' as const,
  points: 12,
  note: 'sold a thing',
  days: 30,
})

test('the gate opens with the two thousandth follower and closes when one leaves', async () => {
  const creatorId = await newCreator(1_999)
  expect(await gateOf(creatorId)).toMatchObject({
    passed: false,
    clauses: [{ clause: 'followers_min', short: 1 }, {}, {}, {}],
  })
  const fan = { creatorId, personId: newId() }
  await inTx((tx) => follow(tx, fan))
  expect(await gateOf(creatorId)).toMatchObject({ passed: true, clauses: [{ actual: 2_000, short: 0 }, {}, {}, {}] })
  await inTx((tx) => unfollow(tx, fan))
  expect((await gateOf(creatorId)).passed).toBe(false)
})

test('an open violation closes the gate at once, closing it or its expiry opens the gate again', async () => {
  const creatorId = await newCreator(2_500)
  const first = violation(creatorId)
  await inTx((tx) => recordViolation(tx, first))
  expect(await gateOf(creatorId)).toMatchObject({
    passed: false,
    clauses: [{ passed: true }, { actual: 1, short: 1 }, {}, {}],
  })
  await inTx((tx) => closeViolation(tx, { id: first.id, reason: 'appeal upheld' }))
  expect((await gateOf(creatorId)).passed).toBe(true)
  await inTx((tx) => recordViolation(tx, violation(creatorId)))
  world.app.clock.advance({ hours: 24 * 30 })
  expect((await gateOf(creatorId)).passed).toBe(true)
})

test('somebody with ten followers may open a showcase and not a room', async () => {
  const creatorId = await newCreator(10)
  caller = { personId: creatorId, roles: ['buyer', 'creator'] }
  const { gates } = (await http.inject('/api/v1/studio/gate')).json()
  expect(gates.map((gate: { capability: string; passed: boolean }) => [gate.capability, gate.passed])).toEqual([
    ['live', false],
    ['showcase', true],
    ['giveaway', true],
    ['gated', true],
  ])
  expect(gates[0].clauses[0]).toEqual({
    clause: 'followers_min',
    passed: false,
    needed: 2_000,
    actual: 10,
    short: 1_990,
  })
})

test('a decision keeps its clauses and its version when the rule changes, and neither can be rewritten', async () => {
  const fresh = await openTestApp()
  const creatorId = newId()
  const at = () => ({ db: fresh.app.database.db, now: fresh.app.clock.now() })
  const effectiveFrom = fresh.app.clock.now().add({ hours: 1 })
  await transact(fresh.app, async (tx) => {
    await seedFollowers(tx, { creatorId, count: 1_500 })
    await recordGateDecision(tx, await decideGate(tx, { creatorId, capability: 'live' }), 'start_session')
    await setGateRule(tx, {
      capability: 'live',
      followersMin: 1_000,
      activeViolationsMax: 0,
      verifiedNeeded: false,
      restrictionsMax: null,
      scoreMin: null,
      effectiveFrom,
    })
  })
  expect(await decideGate(at(), { creatorId, capability: 'live' })).toMatchObject({ passed: false, ruleVersion: 2 })
  fresh.app.clock.advance({ hours: 1 })
  expect(await decideGate(at(), { creatorId, capability: 'live' })).toMatchObject({ passed: true, ruleVersion: 3 })
  const { pool } = fresh.app.database
  const { rows } = await pool.query('select * from creators.gate_decisions')
  expect(rows).toMatchObject([
    { passed: false, rule_version: 2, clauses: [{ short: 500 }, {}, {}, {}], purpose: 'start_session' },
  ])
  await expect(pool.query('update creators.gate_decisions set passed = true')).rejects.toThrow('never change')
  await expect(pool.query('delete from creators.gate_rules')).rejects.toThrow('never change')
  await fresh.close()
})

test('followers and violations tell the studio to ask again', async () => {
  const fresh = await openTestApp()
  const quiet: Partial<Reactions> = {
    'creator.followers_changed': [tellGateOfFollowers],
    'violation.recorded': [tellGateOfViolation],
    'violation.closed': [tellGateOfClosedViolation],
  }
  const reactions = new Proxy(quiet, { get: (target, name) => Reflect.get(target, name) ?? [] }) as Reactions
  const outbox = startOutbox(fresh.app, reactions)
  const creatorId = newId()
  const told = async () => {
    await outbox.drained()
    const { rows } = await fresh.app.database.pool.query('select body from platform.messages where topic = $1', [
      `person:${creatorId}`,
    ])
    for (const row of rows) expect(row.body).toEqual({ kind: 'gate' })
    return rows.length
  }
  const wish = violation(creatorId)
  await transact(fresh.app, (tx) => follow(tx, { creatorId, personId: newId() }))
  expect(await told()).toBe(1)
  await transact(fresh.app, (tx) => recordViolation(tx, wish))
  expect(await told()).toBe(2)
  await transact(fresh.app, (tx) => closeViolation(tx, { id: wish.id, reason: 'appeal upheld' }))
  expect(await told()).toBe(3)
  await transact(fresh.app, (tx) => seedFollowers(tx, { creatorId, count: 5_000 }))
  await transact(fresh.app, (tx) => follow(tx, { creatorId, personId: newId() }))
  expect(await told()).toBe(3)
  await outbox.stop()
  await fresh.close()
})

test('a person becomes a creator once, under a handle of his own', async () => {
  const [one, two] = [await newPerson(), await newPerson()]
  const become = (personId: string, body: object) => {
    caller = { personId, roles: ['buyer'] }
    return http.inject({ method: 'POST', url: '/api/v1/me/creator', payload: { name: 'Lin', bio: 'Tea', ...body } })
  }
  const wish = { id: newId(), handle: handleOf(one) }
  const reply = await become(one, wish)
  expect(reply.statusCode).toBe(201)
  expect(reply.json().creator).toMatchObject({ id: one, handle: wish.handle, followers: 0, agencyName: null })
  expect((await become(one, wish)).statusCode).toBe(201)
  expect((await become(one, { id: newId(), handle: handleOf(two) })).json().code).toBe('already_creator')
  expect((await become(two, { id: newId(), handle: wish.handle })).json().code).toBe('handle_taken')
  expect(await isCreator(world.app.database.db, one)).toBe(true)
  expect(await isCreator(world.app.database.db, two)).toBe(false)
  const { rows } = await world.app.database.pool.query(
    'select role from identity.roles where person_id = $1 order by role',
    [one],
  )
  expect(rows.map((row: { role: string }) => row.role)).toEqual(['buyer', 'creator'])
})

test('everybody sees a creator with followers and agency, and a follower sees that he follows', async () => {
  const creatorId = await newCreator(7)
  const agencyId = newId()
  const from = world.app.clock.now().subtract({ hours: 1 })
  await inTransaction(world.app, systemActor, async (tx) => {
    await openAgency(tx, { id: agencyId, name: 'Lantern Street' })
    return signContract(tx, { agencyId, creatorId, basisPoints: 2_000, from, until: null })
  })
  caller = { personId: await newPerson(), roles: ['buyer'] }
  const url = `/api/v1/creators/${creatorId}`
  expect((await http.inject({ method: 'PUT', url: `${url}/follower` })).json()).toEqual({ followers: 8 })
  expect((await http.inject({ method: 'PUT', url: `${url}/follower` })).json()).toEqual({ followers: 8 })
  expect((await http.inject(url)).json().creator).toMatchObject({
    followers: 8,
    followedByMe: true,
    agencyName: 'Lantern Street',
  })
  expect((await http.inject({ method: 'DELETE', url: `${url}/follower` })).json()).toEqual({ followers: 7 })
  expect((await http.inject({ method: 'PUT', url: `/api/v1/creators/${newId()}/follower` })).statusCode).toBe(404)
  caller = null
  expect((await http.inject(url)).json().creator).toMatchObject({ followers: 7, followedByMe: false })
  const cards = await creatorsOf(world.app.database.db, [creatorId, newId()], world.app.clock.now())
  expect([...cards.values()]).toMatchObject([{ id: creatorId, agencyId, followers: 7 }])
})

test('the console lists creators with what the gate says, page by page', async () => {
  const fresh = await openTestApp()
  const ids: string[] = []
  for (const followers of [5, 2_000, 2_001]) {
    const id = newId()
    ids.push(id)
    await transact(fresh.app, async (tx) => {
      mustBeDone(await openPerson(tx, { id, name: 'Person', roles: ['buyer'] }))
      mustBeDone(await openCreator(tx, { personId: id, handle: handleOf(id), name: `Lin ${followers}`, bio: '' }))
      await seedFollowers(tx, { creatorId: id, count: followers })
      await seedVerified(tx, id)
    })
    fresh.app.clock.advance({ seconds: 1 })
  }
  await transact(fresh.app, (tx) => recordViolation(tx, violation(ids[2] ?? '')))
  const server = await buildHttp(fresh.app, {
    authenticate: async () => ({ personId: newId(), roles: ['operations'] }),
    routes: creatorsRoutes(fresh.app, { isCategory: async () => true }),
  })
  const first = (await server.inject('/api/v1/creators?limit=2')).json()
  expect(first.items).toMatchObject([
    { name: 'Lin 2001', activeViolations: 1, mayGoLive: false },
    { name: 'Lin 2000', followers: 2_000, mayGoLive: true },
  ])
  const second = (await server.inject(`/api/v1/creators?limit=2&cursor=${encodeURIComponent(first.next)}`)).json()
  expect(second).toMatchObject({ items: [{ name: 'Lin 5', mayGoLive: false }], next: null })
  expect((await server.inject('/api/v1/creators?q=2000')).json().items).toHaveLength(1)
  await server.close()
  await fresh.close()
})

test('versions of a gate that are announced at once come one after the other', async () => {
  const fresh = await openTestApp()
  const { app } = fresh
  const from = app.clock.now().add({ hours: 24 * 400 })
  const rule = { capability: 'giveaway', followersMin: null, activeViolationsMax: null, verifiedNeeded: true } as const
  const versions = await Promise.all(
    Array.from({ length: 6 }, () =>
      transact(app, (tx) => setGateRule(tx, { ...rule, restrictionsMax: 0, scoreMin: 151, effectiveFrom: from })),
    ),
  )
  expect(new Set(versions.map(({ version }) => version)).size).toBe(6)
  await fresh.close()
})
