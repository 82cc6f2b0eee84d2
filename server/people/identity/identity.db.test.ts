import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { roles } from '#contract/roles'
import { inTransaction, systemActor, transact } from '#platform/database'
import { buildHttp, type HttpServer } from '#platform/http'
import { newId } from '#platform/ids'
import { mustBeDone } from '#platform/outcome'
import { openTestApp, type TestApp } from '../../platform/database/test-database.ts'
import { engineOf } from './engine.ts'
import { forgetOldSessions } from './forget-old-sessions.ts'
import {
  addDemoLogin,
  authenticatorOf,
  firstAdminLink,
  grantRole,
  identityRoutes,
  openPerson,
  revokeRole,
} from './index.ts'
import { passwordAttemptsMax } from './password-attempts.ts'
import { issueCode, redeemCode } from './phone-sign-in.ts'

let world: TestApp
let http: HttpServer
let seconds = 0

beforeAll(async () => {
  world = await openTestApp()
  http = await buildHttp(world.app, { authenticate: authenticatorOf(world.app), routes: identityRoutes(world.app) })
})
afterAll(async () => {
  await http.close()
  await world.close()
})

/** Each call from an address of its own, so that no test meets another test's limit. */
async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  given: { body?: object; cookie?: string; headers?: object } = {},
) {
  const reply = await http.inject({
    method,
    url: `/api/v1${url}`,
    remoteAddress: `10.0.${Math.floor(++seconds / 250)}.${(seconds % 250) + 1}`,
    headers: { ...(given.cookie ? { cookie: given.cookie } : {}), ...given.headers },
    ...(given.body ? { payload: given.body } : {}),
  })
  const setCookie = [reply.headers['set-cookie'] ?? []].flat()
  return { status: reply.statusCode, body: reply.json(), setCookie, cookie: setCookie[0]?.split(';')[0] ?? '' }
}

const someone = () => ({ email: `${newId()}@example.com`, password: 'long enough 1', name: 'Lin' })
const somePhone = () =>
  `+86139${String(Number.parseInt(newId().slice(-8), 16))
    .padStart(10, '0')
    .slice(-8)}`

test('who signs up is signed in as a buyer, with a cookie that scripts cannot read', async () => {
  const person = someone()
  const reply = await call('POST', '/sign-ups', { body: { ...person, email: person.email.toUpperCase() } })
  expect(reply.status).toBe(201)
  expect(reply.body.me).toMatchObject({ name: 'Lin', email: person.email, roles: ['buyer'], creatorId: null })
  expect(reply.setCookie).toHaveLength(1)
  expect(reply.setCookie[0]).toMatch(/^hawker_session=.+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/i)
  const me = await call('GET', '/me', { cookie: reply.cookie })
  expect(me.body.me.personId).toBe(reply.body.me.personId)
  expect((await call('GET', '/me')).body.me).toBeNull()
})

test('guessing the password of one account ends after ten tries, from however many addresses, and later begins anew', async () => {
  const person = someone()
  await call('POST', '/sign-ups', { body: person })
  const signIn = (email: string, password: string) => call('POST', '/sign-ins', { body: { email, password } })
  const guesses = await Promise.all(
    Array.from({ length: 13 }, (_, index) =>
      signIn(index % 2 ? person.email.toUpperCase() : person.email, 'wrong guess'),
    ),
  )
  const codes = guesses.map((reply) => reply.body.code)
  expect(codes.filter((code) => code === 'wrong_credentials')).toHaveLength(passwordAttemptsMax)
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(3)
  // Not even the right one, or it would be found all the same; and an e-mail that nobody has is no different.
  expect(await signIn(person.email, person.password)).toMatchObject({ status: 429, setCookie: [] })
  const nobody = `${newId()}@example.com`
  await Promise.all(Array.from({ length: passwordAttemptsMax }, () => signIn(nobody, 'wrong guess')))
  expect((await signIn(nobody, 'wrong guess')).body.code).toBe('too_many_attempts')

  await transact(world.app, (tx) =>
    sql`update identity.password_attempts set since = since - interval '16 minutes'`.execute(tx.db),
  )
  expect((await signIn(person.email, person.password)).status).toBe(200)
})

test('a right password gives the tries back', async () => {
  const person = someone()
  await call('POST', '/sign-ups', { body: person })
  for (let round = 0; round < 3; round++) {
    for (let guess = 0; guess < passwordAttemptsMax - 1; guess++)
      await call('POST', '/sign-ins', { body: { email: person.email, password: 'wrong guess' } })
    expect((await call('POST', '/sign-ins', { body: { email: person.email, password: person.password } })).status).toBe(
      200,
    )
  }
})

test('the cookie is marked secure when a proxy says that the way is', async () => {
  const reply = await call('POST', '/sign-ups', { body: someone(), headers: { 'x-forwarded-proto': 'https' } })
  expect(reply.setCookie[0]).toMatch(/; Secure$/)
})

test('an e-mail belongs to one person, whatever its case, also when two ask at once', async () => {
  const person = someone()
  const both = await Promise.all([
    call('POST', '/sign-ups', { body: person }),
    call('POST', '/sign-ups', { body: { ...person, email: person.email.toUpperCase() } }),
  ])
  expect(both.map((reply) => reply.status).toSorted((a, b) => a - b)).toEqual([201, 409])
  expect(both.find((reply) => reply.status === 409)?.body.code).toBe('email_taken')
})

test('a wrong password and an unknown e-mail get the same answer in about the same time', async () => {
  const person = someone()
  await call('POST', '/sign-ups', { body: person })
  const timed = async (email: string, password: string) => {
    const started = performance.now()
    const reply = await call('POST', '/sign-ins', { body: { email, password } })
    const { instance: _, ...body } = reply.body
    return { status: reply.status, body, cookies: reply.setCookie, ms: performance.now() - started }
  }
  const known = []
  const unknown = []
  for (let round = 0; round < 5; round++) {
    known.push(await timed(person.email, 'something else'))
    unknown.push(await timed(`${newId()}@example.com`, 'something else'))
  }
  const { ms: _known, ...knownAnswer } = known[0] ?? { ms: 0 }
  const { ms: _unknown, ...unknownAnswer } = unknown[0] ?? { ms: 0 }
  expect(unknownAnswer).toEqual(knownAnswer)
  const median = (list: { ms: number }[]) => list.map(({ ms }) => ms).toSorted((a, b) => a - b)[2] ?? 0
  // Both hash a password, which takes far longer than all the rest.
  expect(median(unknown) / median(known)).toBeGreaterThan(0.4)
  expect(median(unknown) / median(known)).toBeLessThan(2.5)
  expect(
    (await call('POST', '/sign-ins', { body: { email: person.email.toUpperCase(), password: person.password } }))
      .status,
  ).toBe(200)
})

test('what the tables hold opens no session: tokens are hashed, passwords too', async () => {
  const person = someone()
  const reply = await call('POST', '/sign-ups', { body: person })
  const token = decodeURIComponent(reply.cookie.split('=')[1] ?? '').split('.')[0] ?? ''
  const { rows } = await world.app.database.pool.query('select * from identity.sessions where token_hash = $1', [token])
  expect(rows).toHaveLength(0)
  const all = await world.app.database.pool.query('select password_hash from identity.credentials')
  for (const row of all.rows) expect(row.password_hash).not.toContain(person.password)
})

test('a signature that is not ours is not even looked up', async () => {
  const reply = await call('POST', '/sign-ups', { body: someone() })
  const value = decodeURIComponent(reply.cookie.split('=')[1] ?? '')
  // In the middle of the signature: the last letter of base64 carries bits that nobody reads.
  const at = value.length - 20
  const other = value[at] === 'A' ? 'B' : 'A'
  const forged = `hawker_session=${encodeURIComponent(`${value.slice(0, at)}${other}${value.slice(at + 1)}`)}`
  expect((await call('GET', '/me', { cookie: forged })).body.me).toBeNull()
  expect(await authenticatorOf(world.app)({ cookie: 'hawker_session=%%%' })).toBeNull()
})

test('many who come at once are looked up together, each as himself', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => call('POST', '/sign-ups', { body: someone() })))
  let queries = 0
  const counted = world.app.database.db.withPlugin({
    transformQuery: ({ node }) => {
      queries++
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const fresh = engineOf({ ...world.app, database: { ...world.app.database, db: counted } })
  const found = await Promise.all(people.map(({ cookie }) => fresh.authenticate({ cookie })))
  expect(found.map((session) => session?.personId)).toEqual(people.map(({ body }) => body.me.personId))
  expect(queries).toBe(1)
})

test('another process sees a sign-out and a new role within two seconds, this one at once', async () => {
  const reply = await call('POST', '/sign-ups', { body: someone() })
  // Another process is another engine over the same tables: it has a cache of its own.
  const elsewhere = engineOf({ ...world.app, database: { ...world.app.database } })
  const headers = { cookie: reply.cookie }
  expect((await elsewhere.authenticate(headers))?.personId).toBe(reply.body.me.personId)
  const promoted = await call('POST', '/sign-ups', { body: someone() })
  expect((await elsewhere.authenticate({ cookie: promoted.cookie }))?.roles).toEqual(['buyer'])
  await inTransaction(world.app, systemActor, (tx) =>
    grantRole(tx, { personId: promoted.body.me.personId, role: 'support' }),
  )
  const out = await call('POST', '/sign-outs', { cookie: reply.cookie })
  expect(out.status).toBe(200)
  expect(out.setCookie[0]).toMatch(/^hawker_session=;.*Max-Age=0/i)
  expect((await call('GET', '/me', { cookie: reply.cookie })).body.me).toBeNull()
  await new Promise((resolve) => setTimeout(resolve, 1_900))
  expect(await elsewhere.authenticate(headers)).toBeNull()
  expect((await elsewhere.authenticate({ cookie: promoted.cookie }))?.roles).toEqual(['buyer', 'support'])
})

test('a session in use is prolonged, one that ended in time admits nobody', async () => {
  const reply = await call('POST', '/sign-ups', { body: someone() })
  const { pool } = world.app.database
  const personId = reply.body.me.personId
  await pool.query(
    `update identity.sessions set expires_at = clock_timestamp() + interval '5 days' where person_id = $1`,
    [personId],
  )
  const renewed = await call('GET', '/me', { cookie: reply.cookie })
  expect(renewed.body.me.personId).toBe(personId)
  expect(renewed.cookie).toBe(reply.cookie)
  const { rows } = await pool.query(
    "select expires_at > clock_timestamp() + interval '29 days' as long from identity.sessions where person_id = $1",
    [personId],
  )
  expect(rows[0].long).toBe(true)
  await pool.query(
    `update identity.sessions set expires_at = clock_timestamp() - interval '1 second' where person_id = $1`,
    [personId],
  )
  engineOf(world.app).forgetAll()
  expect((await call('GET', '/me', { cookie: reply.cookie })).body.me).toBeNull()
  await forgetOldSessions(world.app)
  expect((await pool.query('select 1 from identity.sessions where person_id = $1', [personId])).rows).toHaveLength(0)
})

test('a phone code signs in, opens an account for a new number, and works once', async () => {
  const phone = somePhone()
  const sent = await call('POST', '/phone-codes', { body: { phone } })
  expect(sent.status).toBe(202)
  expect(sent.body.sandboxCode).toMatch(/^\d{6}$/)
  const reply = await call('POST', '/phone-sign-ins', { body: { phone, code: sent.body.sandboxCode, name: 'Mei' } })
  expect(reply.body.me).toMatchObject({ phone, name: 'Mei', email: null, roles: ['buyer'] })
  expect((await call('GET', '/me', { cookie: reply.cookie })).body.me.phone).toBe(phone)
  const again = await call('POST', '/phone-sign-ins', { body: { phone, code: sent.body.sandboxCode } })
  expect(again).toMatchObject({ status: 422, body: { code: 'code_expired' } })
  const soon = await call('POST', '/phone-codes', { body: { phone } })
  expect(soon).toMatchObject({ status: 429, body: { code: 'too_many_codes' } })
  world.app.clock.advance({ seconds: 61 })
  const second = await call('POST', '/phone-codes', { body: { phone } })
  const known = await call('POST', '/phone-sign-ins', { body: { phone, code: second.body.sandboxCode } })
  expect(known.body.me.personId).toBe(reply.body.me.personId)
  const { rows } = await world.app.database.pool.query('select code_hash from identity.phone_codes where phone = $1', [
    phone,
  ])
  for (const row of rows) expect(row.code_hash).not.toContain(sent.body.sandboxCode)
})

test('ten attempts at once use up five, and then the right code helps no more', async () => {
  const to = { phone: somePhone(), address: '192.0.2.1' }
  const { code } = mustBeDone(await issueCode(world.app, to))
  const wrong = code === '000000' ? '000001' : '000000'
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => redeemCode(world.app, { phone: to.phone, code: wrong })),
  )
  const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.code))
  expect(codes.filter((each) => each === 'wrong_code')).toHaveLength(5)
  expect(codes.filter((each) => each === 'too_many_attempts')).toHaveLength(5)
  expect(await redeemCode(world.app, { phone: to.phone, code })).toMatchObject({ code: 'too_many_attempts' })
})

test('the right code given twice at once opens one account and one of them is late', async () => {
  const to = { phone: somePhone(), address: '192.0.2.2' }
  const { code } = mustBeDone(await issueCode(world.app, to))
  const answers = await Promise.all([1, 2].map(() => redeemCode(world.app, { phone: to.phone, code })))
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
})

test('codes asked for at once are counted one after the other', async () => {
  const to = { phone: somePhone(), address: '192.0.2.3' }
  const answers = await Promise.all(Array.from({ length: 4 }, () => issueCode(world.app, to)))
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
})

test('a code dies after ten minutes', async () => {
  const to = { phone: somePhone(), address: '192.0.2.4' }
  const { code } = mustBeDone(await issueCode(world.app, to))
  world.app.clock.advance({ minutes: 10 })
  expect(await redeemCode(world.app, { phone: to.phone, code })).toMatchObject({ code: 'code_expired' })
})

test('in live mode the code goes to the phone and never into the answer', async () => {
  const live = await openTestApp({ HAWKER_MODE: 'live' })
  const sent: { phone: string; code: string }[] = []
  const sendCode = async (to: { phone: string; code: string }) => void sent.push(to)
  const authenticate = authenticatorOf(live.app)
  const server = await buildHttp(live.app, { authenticate, routes: identityRoutes(live.app, { sendCode }) })
  const ask = (on: HttpServer) =>
    on.inject({ method: 'POST', url: '/api/v1/phone-codes', payload: { phone: '+8613900000001' } })
  const reply = await ask(server)
  expect(reply.statusCode).toBe(202)
  expect(Object.keys(reply.json()).toSorted()).toEqual(['expiresAt', 'resendAfterSeconds'])
  expect(sent[0]?.code).toMatch(/^\d{6}$/)
  const mute = await buildHttp(live.app, { authenticate, routes: identityRoutes(live.app) })
  expect((await ask(mute)).json().code).toBe('texts_not_sent_here')
  const demo = await server.inject({ method: 'POST', url: '/api/v1/demo/sign-ins', payload: { login: 'admin' } })
  expect(demo.json().code).toBe('not_in_demo_mode')
  await Promise.all([server.close(), mute.close()])
  await live.close()
})

test('the first administrator: one link, one use, one person, even when two hurry', async () => {
  const fresh = await openTestApp()
  const server = await buildHttp(fresh.app, {
    authenticate: authenticatorOf(fresh.app),
    routes: identityRoutes(fresh.app),
  })
  const use = (token: string) =>
    server.inject({ method: 'POST', url: '/api/v1/setup', payload: { token, ...someone() } })
  const tokenOf = (path: string | null) => new URL(path ?? '', 'http://local').searchParams.get('token') ?? ''

  expect((await server.inject('/api/v1/me')).json().platform.setupNeeded).toBe(true)
  expect((await use('no such token, but long enough')).json().code).toBe('setup_link_wrong')
  const old = tokenOf(await firstAdminLink(fresh.app))
  fresh.app.clock.advance({ minutes: 60 })
  expect((await use(old)).json().code).toBe('setup_link_used')

  const links = [tokenOf(await firstAdminLink(fresh.app)), tokenOf(await firstAdminLink(fresh.app))]
  const replies = await Promise.all([...links, ...links].map(use))
  expect(replies.map((reply) => reply.statusCode).toSorted((a, b) => a - b)).toEqual([201, 410, 410, 410])
  const admin = replies.find((reply) => reply.statusCode === 201)?.json().me
  expect(admin.roles).toEqual(['buyer', 'admin'])
  expect(await firstAdminLink(fresh.app)).toBeNull()
  expect((await server.inject('/api/v1/me')).json().platform.setupNeeded).toBe(false)
  await server.close()
  await fresh.close()
})

async function openAdmin(): Promise<string> {
  const id = newId()
  await inTransaction(world.app, systemActor, (tx) => openPerson(tx, { id, name: 'Admin', roles: ['admin'] }))
  return id
}

test('roles come and go, and the last administrator stays even when two remove each other at once', async () => {
  await world.app.database.pool.query(`delete from identity.roles where role = 'admin'`)
  const [one, two] = [await openAdmin(), await openAdmin()]
  const revoke = (personId: string) =>
    inTransaction(world.app, systemActor, (tx) => revokeRole(tx, { personId, role: 'admin' }))
  const answers = await Promise.all([revoke(one), revoke(two)])
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
  expect(answers.find((answer) => !answer.ok)).toMatchObject({ code: 'last_admin' })
  const left = answers[0]?.ok ? two : one
  for (const role of roles) {
    const granted = await inTransaction(world.app, systemActor, (tx) => grantRole(tx, { personId: left, role }))
    expect(mustBeDone(granted).roles).toContain(role)
  }
  const cookies = await engineOf(world.app).openSession({}, left)
  const cookie = cookies[0]?.split(';')[0] ?? ''
  const buyer = await call('POST', '/sign-ups', { body: someone() })
  const path = `/people/${buyer.body.me.personId}/roles/warehouse`
  expect((await call('PUT', path, { cookie: buyer.cookie })).status).toBe(403)
  expect((await call('PUT', path, { cookie })).body.roles).toEqual(['buyer', 'warehouse'])
  expect((await call('GET', '/me', { cookie: buyer.cookie })).body.me.roles).toEqual(['buyer', 'warehouse'])
  expect((await call('DELETE', path, { cookie })).body.roles).toEqual(['buyer'])
  expect((await call('PUT', `/people/${newId()}/roles/buyer`, { cookie })).status).toBe(404)
  expect((await call('DELETE', `/people/${left}/roles/admin`, { cookie })).body.code).toBe('last_admin')
})

test('people are listed newest first, page by page, and found by what they are called', async () => {
  const marker = newId().slice(-12)
  for (let index = 0; index < 5; index++) {
    await inTransaction(world.app, systemActor, (tx) =>
      openPerson(tx, {
        id: newId(),
        name: `${marker} 100% ${index}`,
        roles: index === 0 ? ['buyer', 'support'] : ['buyer'],
      }),
    )
  }
  const admin = await openAdmin()
  const cookie = (await engineOf(world.app).openSession({}, admin))[0]?.split(';')[0] ?? ''
  const seen: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`
    const page = await call('GET', `/people?limit=2&q=${marker}${cursor}`, { cookie })
    seen.push(...page.body.items.map((person: { name: string }) => person.name.at(-1) ?? ''))
    next = page.body.next
  }
  expect(seen).toEqual(['4', '3', '2', '1', '0'])
  expect((await call('GET', `/people?q=${marker}&role=support`, { cookie })).body.items).toHaveLength(1)
  expect((await call('GET', `/people?q=${marker}%25%25`, { cookie })).body.items).toHaveLength(0)
  expect((await call('GET', '/people?cursor=nonsense', { cookie })).status).toBe(200)
})

test('demo logins sign in with one click, in demo mode only', async () => {
  const demo = await openTestApp({ HAWKER_MODE: 'demo' })
  const server = await buildHttp(demo.app, {
    authenticate: authenticatorOf(demo.app),
    routes: identityRoutes(demo.app),
  })
  const personId = newId()
  await transact(demo.app, async (tx) => {
    mustBeDone(await openPerson(tx, { id: personId, name: 'Ada', roles: ['admin', 'buyer'] }))
    await addDemoLogin(tx, { login: 'ada', personId, sentence: { en: 'Runs it', zh: '管理' }, app: 'console' })
  })
  const logins = (await server.inject('/api/v1/demo/logins')).json().logins
  expect(logins).toEqual([
    {
      login: 'ada',
      name: 'Ada',
      sentence: { en: 'Runs it', zh: '管理' },
      roles: ['buyer', 'admin'],
      avatar: null,
      app: 'console',
    },
  ])
  const signIn = (login: string) => server.inject({ method: 'POST', url: '/api/v1/demo/sign-ins', payload: { login } })
  expect((await signIn('ada')).json().me.personId).toBe(personId)
  expect((await signIn('eve')).statusCode).toBe(404)
  await server.close()
  await demo.close()
})
