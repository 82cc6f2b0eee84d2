/**
 * Nobody gets in where he does not belong. The matrix is generated from what is bound: each endpoint, topic and ask times
 * signed out, each role alone, other people's things and roles named in a header. A refusal leaves no trace.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EndpointShape, Who } from '#contract/endpoint'
import { type Role, roles } from '#contract/roles'
import { type Input, idPlacesOf } from '../inputs.ts'
import { call, forEach, idsOf, type LittleWorld, ownThings, requestFor, startLittleWorld } from '../little-world.ts'
import { stepsThatChange } from '../snapshot.ts'
import { newId, transact } from '../world.ts'

let world: LittleWorld
let endpoints: EndpointShape[]

beforeAll(async () => {
  world = await startLittleWorld()
  endpoints = world.server.routes.map((route) => route.endpoint)
})
afterAll(() => world?.stop())

interface Cell {
  name: string
  endpoint: EndpointShape
  input: Input
  cookie?: string
  headers?: Record<string, string>
  status: number
  code: string
}

const admits = (who: Who, role: Role | null) =>
  who === 'anyone' || (role !== null && (who === 'person' || who.includes(role)))

/** Sends all cells between two snapshots; answers what was not refused as it should, and what changed something. */
async function wrongCells(cells: readonly Cell[]): Promise<string[]> {
  const wrong = new Set<string>()
  const changed = await stepsThatChange({
    steps: cells,
    nameOf: (cell) => cell.name,
    snapshot: world.snapshot,
    run: (some) =>
      forEach(some, async (cell) => {
        const answer = await call(world, cell)
        const isProblem = answer.type.startsWith('application/problem+json')
        if (answer.status !== cell.status || answer.body?.code !== cell.code || !isProblem)
          wrong.add(`${cell.name}: ${answer.status} ${answer.body?.code}, not ${cell.status} ${cell.code}`)
      }),
  })
  return [...wrong, ...changed]
}

describe('endpoints', () => {
  test('each id that an endpoint takes is in the table, and the table names nothing else', () => {
    const bound = Object.fromEntries(
      endpoints
        .map((endpoint) => [endpoint.id, idPlacesOf(endpoint).toSorted()] as const)
        .filter(([, places]) => places.length > 0),
    )
    const written = Object.fromEntries(
      Object.entries(idsOf).map(([id, places]) => [id, Object.keys(places).toSorted()]),
    )
    expect(written).toEqual(bound)
    expect(endpoints.length).toBeGreaterThan(60)
  })

  test('a refusal that is none, and one that leaves a trace, are found among many', async () => {
    const endpoint = endpoints.find((each) => each.id === 'saveMyAddress')!
    const input = requestFor(endpoint, {})
    const cells = Array.from({ length: 9 }, (_, index): Cell => {
      const isLetIn = index === 6
      const cookie = isLetIn ? world.only.buyer.cookie : world.only.admin.cookie
      const { params } = requestFor(endpoint, {})
      return {
        name: `cell ${index}`,
        endpoint,
        input: { ...input, params },
        cookie,
        status: 403,
        code: 'role_not_admitted',
      }
    })
    // Who is let in changes his address each time anew, as a write that slips through would.
    const wrong = await wrongCells(cells)
    expect(wrong.some((each) => each.startsWith('cell 6: 200'))).toBe(true)
    expect(wrong.some((each) => each.includes('profiles.addresses'))).toBe(true)
  })

  test('signed out, only what is for anyone answers', async () => {
    const cells = endpoints
      .filter((endpoint) => endpoint.who !== 'anyone')
      .map((endpoint) => ({
        name: `${endpoint.id} signed out`,
        endpoint,
        input: requestFor(endpoint, world.mine.things),
        status: 401,
        code: 'sign_in_needed',
      }))
    const forged = cells.map((cell) => ({
      ...cell,
      name: `${cell.endpoint.id} with a forged cookie`,
      cookie: forgedFrom(world.everyman.cookie),
      headers: { 'hawker-role': 'admin' },
    }))
    expect(await wrongCells([...cells, ...forged])).toEqual([])
    expect(cells.length).toBeGreaterThan(50)
  })

  test('each of the twelve roles alone enters nowhere else, whatever role its header names', async () => {
    const cells = endpoints.flatMap((endpoint) =>
      roles
        .filter((role) => !admits(endpoint.who, role))
        .flatMap((role): Cell[] => {
          const input = requestFor(endpoint, world.mine.things)
          const refused = { endpoint, input, cookie: world.only[role].cookie, status: 403, code: 'role_not_admitted' }
          const wanted = typeof endpoint.who === 'string' ? undefined : endpoint.who[0]
          return [
            { ...refused, name: `${endpoint.id} as ${role}` },
            ...(wanted === undefined
              ? []
              : [
                  {
                    ...refused,
                    name: `${endpoint.id} as ${role} who says ${wanted}`,
                    headers: { 'hawker-role': wanted },
                  },
                ]),
          ]
        }),
    )
    expect(await wrongCells(cells)).toEqual([])
    expect(cells.length).toBeGreaterThan(700)
  })

  test('who has the right role but names another acts in that other role', async () => {
    const cells = endpoints.flatMap((endpoint): Cell[] => {
      const input = requestFor(endpoint, world.mine.things)
      const held = roles
        .filter((role) => !admits(endpoint.who, role))
        .map(
          (role): Cell => ({
            name: `${endpoint.id} by everyman as ${role}`,
            endpoint,
            input,
            cookie: world.everyman.cookie,
            headers: { 'hawker-role': role },
            status: 403,
            code: 'role_not_admitted',
          }),
        )
      const right = roles.find((role) => admits(endpoint.who, role)) ?? 'buyer'
      const notHeld = roles
        .filter((role) => role !== right)
        .map(
          (role): Cell => ({
            name: `${endpoint.id} by a ${right} who says ${role}`,
            endpoint,
            input,
            cookie: world.only[right].cookie,
            headers: { 'hawker-role': role },
            status: 403,
            code: 'role_not_admitted',
          }),
        )
      return [...held, ...notHeld]
    })
    expect(await wrongCells(cells)).toEqual([])
    expect(cells.length).toBeGreaterThan(1_000)
  })

  test("other people's things look as if they were missing, and stay as they are", async () => {
    const wrong: string[] = []
    let compared = 0
    for (const { endpoint, place, who } of ownPlaces()) {
      const both = (id: string): Cell => ({
        name: `${endpoint.id} with the ${place} of another`,
        endpoint,
        // All else is the caller's own, so that nothing but this id can be the reason.
        input: withId(requestFor(endpoint, world.mine.things), place, id),
        cookie: who.cookie,
        status: 0,
        code: '',
      })
      const thing = idsOf[endpoint.id]?.[place] as (typeof ownThings)[number]
      const missing = await call(world, both(newId()))
      const cell = both(world.theirs.things[thing])
      const foreign = { ...cell, status: missing.status, code: missing.body?.code }
      const expected = thing === 'address' && endpoint.id === 'placeOrder' ? 'address_missing' : 'not_found'
      // An address of a new id is a new address, so a foreign id has no missing one to be compared with.
      const isMade = endpoint.id === 'saveMyAddress'
      if (!isMade && missing.body?.code !== expected && endpoint.id !== 'orderBag')
        wrong.push(`${cell.name}: a missing one answers ${missing.status} ${missing.body?.code}`)
      wrong.push(...(await wrongCells([isMade ? { ...foreign, status: 404, code: 'not_found' } : foreign])))
      if (!isMade) {
        const answer = await call(world, cell)
        const bare = ({ instance: _, ...rest }: any) => JSON.stringify(rest)
        if (bare(answer.body) !== bare(missing.body)) wrong.push(`${cell.name}: can be told from a missing one`)
      }
      compared++
    }
    expect(wrong).toEqual([])
    expect(compared).toBeGreaterThan(12)
  })

  test('an id that another asker has used gives nothing of his, and changes nothing', async () => {
    const { buyer, creator, things } = world.mine
    const theirs = world.theirs.things
    const cell = (id: string, cookie: string, idUsed: string, status: number, code: string): Cell => {
      const endpoint = endpoints.find((each) => each.id === id)!
      const input = requestFor(endpoint, things)
      return { name: `${id} with a used id`, endpoint, input: withId(input, 'body.id', idUsed), cookie, status, code }
    }
    expect(
      await wrongCells([
        cell('placeOrder', buyer.cookie, theirs.order, 409, 'order_id_reused'),
        cell('topUpWallet', buyer.cookie, theirs.topUp, 409, 'id_reused'),
        cell('openSession', creator.cookie, theirs.session, 403, 'gate_closed'),
      ]),
    ).toEqual([])
  })

  test('what is listed as mine holds nothing of another', async () => {
    const secrets = [
      ...ownThings.map((thing) => world.theirs.things[thing]),
      world.theirs.buyer.personId,
      world.theirs.creator.personId,
      world.theirs.merchant.personId,
      world.theirs.things.shop,
    ]
    const leaks: string[] = []
    const lists = endpoints.filter(
      (endpoint) => endpoint.method === 'GET' && endpoint.path.match(/\/(me|wallet|studio)(\/|$)/) && !endpoint.params,
    )
    for (const endpoint of lists) {
      const who = callerOf(endpoint.who)
      const answer = await call(world, { endpoint, input: requestFor(endpoint, {}), cookie: who.cookie })
      if (answer.status !== 200) leaks.push(`${endpoint.id}: ${answer.status}`)
      leaks.push(
        ...secrets.filter((id) => JSON.stringify(answer.body).includes(id)).map((id) => `${endpoint.id} tells ${id}`),
      )
    }
    expect(leaks).toEqual([])
    expect(lists.length).toBeGreaterThan(7)
  })

  test('each role enters where it belongs', async () => {
    // These requests may do what they ask for; who signs out is somebody who is not needed any more.
    const leaver = await world.person('Leaver', 'buyer')
    const wrong: string[] = []
    const cells = endpoints.flatMap((endpoint) => {
      const callers: (Role | null)[] = endpoint.who === 'anyone' ? [null, 'buyer'] : [...roles]
      return callers.filter((role) => admits(endpoint.who, role)).map((role) => ({ endpoint, role }))
    })
    await forEach(cells, async ({ endpoint, role }) => {
      const answer = await call(world, {
        endpoint,
        input: requestFor(endpoint, {}),
        ...(role === null ? {} : { cookie: (endpoint.id === 'signOut' ? leaver : world.only[role]).cookie }),
        headers: role === null ? {} : { 'hawker-role': role },
      })
      const isShut = answer.body?.code === 'sign_in_needed' || answer.body?.code === 'role_not_admitted'
      if (isShut || answer.status >= 500 || answer.status === 400)
        wrong.push(`${endpoint.id} as ${role ?? 'nobody'}: ${answer.status} ${JSON.stringify(answer.body)}`)
    })
    expect(wrong).toEqual([])
    expect(cells.length).toBeGreaterThan(150)
  })
})

describe('sockets', () => {
  test('each topic lets in whom it names, and a foreign one looks as if it were missing', async () => {
    const { topics } = world.server.app.sockets.registered()
    // What the id after the colon may be: the right one, and those that must not be told from a missing one.
    const ids: Record<string, { right: string[]; wrong: string[]; who: Who }> = {
      room: {
        right: [world.mine.things.room, world.theirs.things.room],
        wrong: [newId(), '', '-'.repeat(36)],
        who: 'anyone',
      },
      // Only the host and his helpers have a desk; none of those who ask here is one of them.
      desk: { right: [], wrong: [world.mine.things.room, newId(), ''], who: 'person' },
      person: { right: [], wrong: [world.theirs.buyer.personId, newId(), ''], who: 'person' },
      screen: { right: [''], wrong: [], who: ['support', 'operations', 'finance', 'admin', 'auditor'] },
    }
    expect(topics.map((topic) => topic.prefix).toSorted()).toEqual(Object.keys(ids).toSorted())
    const wrong: string[] = []
    for (const role of [null, ...roles]) {
      const client = role === null ? world.client() : world.only[role]
      const socket = await client.connect()
      for (const [prefix, { right, wrong: none, who }] of Object.entries(ids)) {
        const own = prefix === 'person' && client.personId !== null ? [client.personId] : []
        const isIn = admits(who, role)
        for (const id of [...right, ...own, ...none]) {
          const topic = id === '' ? prefix : `${prefix}:${id}`
          const isRight = isIn && !none.includes(id)
          const answer = await socket.join(topic).then(
            () => 'joined',
            (error: Error) => error.message,
          )
          if (answer !== (isRight ? 'joined' : 'refused: not_found')) wrong.push(`${topic} as ${role}: ${answer}`)
        }
      }
      socket.close()
    }
    expect(wrong).toEqual([])
  })

  test('what is told to one person is heard by nobody else', async () => {
    const sockets = await Promise.all(
      [world.only.admin, world.theirs.buyer, world.mine.creator].map((each) => each.connect()),
    )
    const own = await world.mine.buyer.connect()
    const topic = `person:${world.mine.buyer.personId}`
    await own.join(topic)
    for (const socket of sockets) await expect(socket.join(topic)).rejects.toThrow('not_found')
    await transact(world.server.app, async (tx) => tx.tell(topic, { kind: 'order', orderId: 'secret', state: 'paid' }))
    await own.hears(topic, 'order')
    expect(
      sockets.flatMap((socket) => socket.all).filter((message) => JSON.stringify(message).includes('secret')),
    ).toEqual([])
    for (const socket of [...sockets, own]) socket.close()
  })

  test('each ask is for those whom it names, and a refused one changes nothing', async () => {
    const { asks } = world.server.app.sockets.registered()
    expect(asks.length).toBeGreaterThanOrEqual(3)
    const wrong: string[] = []
    const before = await world.snapshot()
    let refused = 0
    for (const role of [null, ...roles]) {
      const socket = await (role === null ? world.client() : world.only[role]).connect()
      for (const ask of asks.filter((each) => !admits(each.who, role))) {
        const answer = await socket.ask(ask.kind, bodyOfAsk(ask.kind))
        const code = role === null ? 'sign_in_needed' : 'role_not_admitted'
        if (answer.ok || answer.code !== code) wrong.push(`${ask.kind} as ${role}: ${JSON.stringify(answer)}`)
        refused++
      }
      socket.close()
    }
    expect(wrong).toEqual([])
    expect(refused).toBeGreaterThan(10)
    expect([...(await world.snapshot())]).toEqual([...before])
  })

  test('asking about a room needs presence in it; buying needs an address of my own', async () => {
    const before = await world.snapshot()
    const socket = await world.mine.buyer.connect()
    const room = world.theirs.things.room
    for (const [kind, code] of [
      ['comment.say', 'not_in_room'],
      ['like.tap', 'not_in_room'],
      ['order.place', 'address_missing'],
    ] as const)
      expect(await socket.ask(kind, bodyOfAsk(kind)), kind).toMatchObject({ ok: false, code })
    await socket.join(`room:${room}`)
    for (const kind of ['comment.say', 'like.tap'])
      expect(await socket.ask(kind, bodyOfAsk(kind)), kind).toMatchObject({ ok: false, code: 'room_not_live' })
    socket.close()
    expect([...(await world.snapshot())]).toEqual([...before])
  })

  test('a role that was taken away ends what it admitted, and who signs out is sent away', async () => {
    const person = await world.person('Fired', 'operations', 'buyer')
    const socket = await person.connect()
    const own = `person:${person.personId}`
    await socket.join('screen')
    await socket.join(own)
    const admin = world.only.admin
    expect((await admin.delete(`/api/v1/people/${person.personId}/roles/operations`)).status).toBe(200)
    await world.eventually(
      () => socket.all.some((message) => message.t === 'refused' && message.topic === 'screen'),
      'the end of the screen',
    )
    await transact(world.server.app, async (tx) => {
      tx.tell('screen', { kind: 'sales', secret: true })
      tx.tell(own, { kind: 'earnings' })
    })
    await socket.hears(own, 'earnings')
    expect(socket.heard('screen', 'sales')).toEqual([])
    expect((await admin.delete(`/api/v1/people/${person.personId}/roles/buyer`)).status).toBe(200)
    await world.eventually(
      async () => (await socket.ask('order.place', bodyOfAsk('order.place'))).code === 'role_not_admitted',
      'the end of buying',
    )
    const other = await world.person('Leaver', 'buyer')
    const left = await other.connect()
    expect((await other.post('/api/v1/sign-outs')).status).toBe(200)
    await world.eventually(() => left.all.some((message) => message.t === 'bye'), 'a goodbye')
    expect(left.all.at(-1)).toEqual({ t: 'bye', reason: 'signed_out', afterMs: 0 })
    socket.close()
  })

  test('a page of another origin gets no socket and no change', async () => {
    const { WebSocket } = await import('ws')
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/ws`, {
      headers: { cookie: world.everyman.cookie, origin: 'https://evil.example' },
    })
    await expect(new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))).rejects.toThrow(
      '403',
    )
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    const cells = endpoints
      .filter((endpoint) => endpoint.method !== 'GET')
      .flatMap((endpoint) =>
        foreign.map(
          (headers): Cell => ({
            name: `${endpoint.id} from another origin`,
            endpoint,
            input: requestFor(endpoint, world.mine.things),
            cookie: world.everyman.cookie,
            headers,
            status: 403,
            code: 'foreign_origin',
          }),
        ),
      )
    expect(await wrongCells(cells)).toEqual([])
  })
})

function callerOf(who: Who) {
  const { buyer, creator, merchant } = world.mine
  return admits(who, 'buyer') ? buyer : admits(who, 'creator') ? creator : merchant
}

/** Places of endpoints for people (not for the operator) where an id names something that somebody owns. */
function ownPlaces() {
  const personal: readonly Role[] = ['buyer', 'creator', 'agency', 'merchant', 'supplier']
  return endpoints
    .filter(({ who }) => who === 'person' || (typeof who !== 'string' && who.every((role) => personal.includes(role))))
    .flatMap((endpoint) =>
      Object.entries(idsOf[endpoint.id] ?? {})
        .filter(([, thing]) => (ownThings as readonly string[]).includes(thing))
        .map(([place]) => ({
          endpoint,
          place,
          who: callerOf(endpoint.who),
        })),
    )
}

/** The same input with another id in one place. */
function withId(input: Input, place: string, id: string): Input {
  const copy = structuredClone(input)
  const path = place.replaceAll('[]', '.0').split('.')
  let holder: any = copy
  for (const key of path.slice(0, -1)) holder = holder[key]
  holder[path.at(-1) ?? ''] = id
  return copy
}

function bodyOfAsk(kind: string): unknown {
  const roomId = world.theirs.things.room
  const bodies: Record<string, unknown> = {
    'comment.say': { id: newId(), roomId, text: 'hello' },
    'like.tap': { roomId, taps: 1 },
    'draw.enter': { id: newId(), roomId, drawId: newId() },
    'order.place': {
      id: newId(),
      lines: [{ skuId: world.mine.things.sku, units: 1 }],
      addressId: world.theirs.things.address,
      shownPayMinor: 19_900,
      payment: 'wallet',
    },
  }
  if (!(kind in bodies)) throw new Error(`${kind} needs a body here`)
  return bodies[kind]
}

/** The cookie with its last characters changed, as somebody would who guesses. */
function forgedFrom(cookie: string): string {
  return `${cookie.slice(0, -6)}AAAAAA`
}
