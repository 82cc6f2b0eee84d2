/** What the operator's people change is written down as it was before and after, by whom and as what, and stays written. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, newId, startWorld, type World } from '../world.ts'

let world: World
let admin: Client & { personId: string }
beforeAll(async () => {
  world = await startWorld()
  admin = await world.person('Admin', 'admin', 'moderator', 'operations')
})
afterAll(() => world.stop())

const trail = async (endpoint: string) =>
  (await admin.get(`/api/v1/audit-trail?q=${endpoint}`)).body.items as {
    personId: string
    role: string
    changes: { relation: string; before: any; after: any }[]
  }[]

test('a role that is given and taken is in the trail, with the row before and after', async () => {
  const somebody = await world.person('Somebody', 'buyer')
  await admin.put(`/api/v1/people/${somebody.personId}/roles/support`)
  await admin.delete(`/api/v1/people/${somebody.personId}/roles/support`)
  const [given] = await trail('grantRole')
  expect(given).toMatchObject({ personId: admin.personId, role: 'admin' })
  expect(given?.changes).toEqual([
    {
      relation: 'identity.roles',
      before: null,
      after: expect.objectContaining({ person_id: somebody.personId, role: 'support' }),
    },
  ])
  const [taken] = await trail('revokeRole')
  expect(taken?.changes).toMatchObject([{ before: { role: 'support' }, after: null }])
})

test('a rule that is published and a violation that is closed show what was and what is', async () => {
  const creator = await world.person('Creator', 'buyer', 'creator')
  await creator.post('/api/v1/me/creator', { id: newId(), handle: 'tea_host', name: 'Creator', bio: '' })
  const id = newId()
  await admin.post('/api/v1/violations', {
    ...{ id, creatorId: creator.personId, rule: 'false_claim', severity: 'minor' },
    ...{ points: 4, note: 'said it cures colds', days: 30 },
  })
  await admin.post(`/api/v1/violations/${id}/closings`, { reason: 'it was another room' })
  const [closing] = await trail('closeViolation')
  const change = closing?.changes.find((each) => each.relation === 'conduct.violations')
  expect(change?.before).toMatchObject({ id, closed_at: null, closed_reason: null })
  expect(change?.after).toMatchObject({ id, closed_reason: 'it was another room' })
})

test('what people do for themselves is nobody’s trail, and a refused change leaves none', async () => {
  const count = async () => {
    const { rows } = await world.server.app.database.pool.query(
      'select count(*) as changes from platform.audit_changes',
    )
    return rows[0].changes
  }
  const before = await count()
  const buyer = await world.person('Buyer', 'buyer')
  await buyer.put(`/api/v1/me/addresses/${newId()}`, {
    ...{ recipient: 'Lin', phone: '+8615400000009', province: '上海市', city: '上海市', district: '黄浦区' },
    ...{ street: '1', isDefault: true },
  })
  expect((await admin.post(`/api/v1/violations/${newId()}/closings`, { reason: 'no such' })).status).toBe(404)
  expect(await count()).toBe(before)
})

test('the trail cannot be rewritten, and every table of the areas is watched unless it is a fact of its own', async () => {
  const { pool } = world.server.app.database
  await expect(pool.query(`update platform.audit_changes set role = 'nobody'`)).rejects.toThrow('never change')
  await expect(pool.query('delete from platform.audit_changes')).rejects.toThrow('never change')
  const { rows } = await pool.query(`select n.nspname || '.' || c.relname as name,
      exists (select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'changes_of_operators') as watched
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'`)
  const watched = (name: string) => rows.find((row: { name: string }) => row.name === name)?.watched
  const mustBe = [
    'identity.roles',
    'conduct.rules',
    'conduct.appeals',
    'promotions.coupons',
    'orders.orders',
    'rooms.sessions',
  ]
  for (const name of mustBe) expect([name, watched(name)]).toEqual([name, true])
  for (const name of ['ledger.postings', 'warehouse.movements']) expect([name, watched(name)]).toEqual([name, false])
  // What is secret is not in it, whoever reads it.
  const secrets = await pool.query(`select count(*) as found from platform.audit_changes
    where after ?| array['password', 'key_hash'] or relation like 'identity.%' and relation <> 'identity.roles'`)
  expect(secrets.rows[0].found).toBe(0)
})
