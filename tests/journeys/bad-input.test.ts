/**
 * Bad input changes nothing. Generated from the contract: every way in which a body, a query, an id or an ask can be wrong
 * is refused with the field named, while nothing in the database changes, nothing fails and everybody else is served.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { EndpointShape } from '#contract/endpoint'
import type { Role } from '#contract/roles'
import { hostileTexts, loosePlacesOf, type WrongInput, wrongInputsOf } from '../inputs.ts'
import {
  type Answered,
  call,
  forEach,
  idsOf,
  type LittleWorld,
  requestFor,
  send,
  startLittleWorld,
} from '../little-world.ts'
import { stepsThatChange } from '../snapshot.ts'
import { newId, type SocketClient } from '../world.ts'

let world: LittleWorld
let endpoints: EndpointShape[]
let bystander: SocketClient
let asked = 0

beforeAll(async () => {
  world = await startLittleWorld()
  endpoints = world.server.routes.map((route) => route.endpoint)
})
afterAll(() => world?.stop())

// Somebody else watches a room all the while, and has to be served after each test as before it.
beforeEach(async () => {
  bystander = await world.theirs.buyer.connect()
  await bystander.join(`room:${world.theirs.things.room}`)
})
afterEach(async () => {
  const answer = await bystander.ask('like.tap', { roomId: world.theirs.things.room, taps: 1 }, 2_000)
  expect(answer).toMatchObject({ code: expect.stringMatching(/^(room_not_live|too_many_requests)$/) })
  expect((await world.theirs.buyer.get('/health/ready')).status).toBe(200)
  bystander.close()
})

interface Step {
  name: string
  run: () => Promise<Answered>
  /** What is wrong with the answer; null when it is as it should be. */
  check: (answer: Answered) => string | null
}

async function wrongSteps(steps: readonly Step[]): Promise<string[]> {
  const wrong = new Set<string>()
  const changed = await stepsThatChange({
    steps,
    nameOf: (step) => step.name,
    snapshot: world.snapshot,
    run: (some) =>
      forEach(some, async (step) => {
        const answer = await step.run()
        const complaint = step.check(answer)
        if (complaint !== null)
          wrong.add(`${step.name}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}: ${complaint}`)
      }),
  })
  return [...wrong, ...changed]
}

/** Who may do this, with things of his own. */
const cookieFor = (endpoint: EndpointShape): string => {
  const { who } = endpoint
  if (who === 'anyone') return ''
  const role: Role = who === 'person' ? 'buyer' : (who[0] ?? 'buyer')
  return (role === 'buyer' ? world.mine.buyer : role === 'creator' ? world.mine.creator : world.only[role]).cookie
}

const isProblem = (answer: Answered, status: number, code: string): string | null => {
  if (answer.status !== status || answer.body?.code !== code) return `not ${status} ${code}`
  return answer.type.startsWith('application/problem+json') ? null : `is ${answer.type}`
}

const namesField = (answer: Answered, pointer: string): string | null => {
  const pointers: string[] = (answer.body?.errors ?? []).map((each: any) => each.pointer)
  return pointers.some((each) => each === pointer || each.startsWith(`${pointer}/`))
    ? null
    : `does not point at ${pointer}`
}

test('what comes in is closed and has an end: no unknown fields, no text or list without a limit', () => {
  const asks = world.server.app.sockets.registered().asks
  expect(
    [
      ...endpoints.map((each) => ({ ...each, name: each.id })),
      ...asks.map((each) => ({ ...each, name: each.kind })),
    ].flatMap((each) => loosePlacesOf(each).map((loose) => `${each.name} ${loose}`)),
  ).toEqual([])
})

test('every field, wrong in every way, is refused with its place named, and nothing changes', async () => {
  const steps = endpoints.flatMap((endpoint) => {
    const right = requestFor(endpoint, world.mine.things)
    return wrongInputsOf(endpoint, idIn(endpoint))
      .filter((wrong) => isRefusedBySchema(endpoint, wrong) || wrong.always)
      .map(
        (wrong): Step => ({
          name: `${endpoint.id} ${wrong.what}`,
          run: () =>
            call(world, {
              endpoint,
              input: { ...right, [wrong.where]: wrong.value } as any,
              cookie: cookieFor(endpoint),
            }),
          check: (answer) => isProblem(answer, 400, 'bad_input') ?? namesField(answer, wrong.pointer),
        }),
      )
  })
  expect(await wrongSteps(steps)).toEqual([])
  expect(steps.length).toBeGreaterThan(1_000)
})

test('an id in a path that is none names nothing', async () => {
  const steps = endpoints
    .filter((endpoint) => endpoint.params)
    .flatMap((endpoint) => {
      const right = requestFor(endpoint, world.mine.things)
      const wrong = { ...hostileTexts, word: 'abc', long: 'a'.repeat(150), 'too long': 'a'.repeat(5_000), space: ' ' }
      return Object.keys(right.params).flatMap((name) =>
        Object.entries(wrong).map(
          ([what, text]): Step => ({
            name: `${endpoint.id} with ${name} ${what}`,
            run: () =>
              call(world, {
                endpoint,
                input: { ...right, params: { ...right.params, [name]: text.toWellFormed() } },
                cookie: cookieFor(endpoint),
              }),
            check: (answer) => isProblem(answer, 404, 'not_found'),
          }),
        ),
      )
    })
  expect(await wrongSteps(steps)).toEqual([])
  expect(steps.length).toBeGreaterThan(300)
})

test('bodies that are no JSON, of another kind, too large, too deep, or not wanted at all', async () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  const json = 'application/json'
  const bodies: [what: string, body: string | Uint8Array | undefined, type: string | undefined, status: number][] = [
    ['none', undefined, undefined, 400],
    ['empty', '', json, 400],
    ['cut off', '{"id":', json, 400],
    ['no JSON', 'hello', json, 400],
    ['null', 'null', json, 400],
    ['a list', '[]', json, 400],
    ['a number', '7', json, 400],
    ['a text', '"x"', json, 400],
    ['deep', deep, json, 400],
    ['deep inside', `{"id":${deep}}`, json, 400],
    ['a prototype', '{"__proto__":{"admin":true}}', json, 400],
    ['a constructor', '{"constructor":{"prototype":{"admin":true}}}', json, 400],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0x7b]), json, 400],
    ['of a kind nobody knows', '<x/>', 'application/xml', 415],
    ['a form', 'id=1', 'application/x-www-form-urlencoded', 415],
    ['a file', '--x\r\n\r\n--x--', 'multipart/form-data; boundary=x', 415],
    ['plain text', '{}', 'text/plain', 400],
    ['without a kind', new TextEncoder().encode('{}'), undefined, 415],
    ['300 KB', JSON.stringify({ id: 'x'.repeat(300_000) }), json, 413],
  ]
  const steps = endpoints
    // One that takes bytes as they come judges them by their signature.
    .filter((endpoint) => endpoint.method !== 'GET' && !endpoint.raw)
    .flatMap((endpoint) => {
      const input = requestFor(endpoint, world.mine.things)
      // Who needs no body is content with none, and takes an empty one of any form for none.
      const wrong = endpoint.body
        ? bodies
        : bodies.filter(([what]) => ['cut off', 'no JSON', '300 KB', 'a form', 'a prototype'].includes(what))
      return wrong.map(
        ([what, body, type, status]): Step => ({
          name: `${endpoint.id} with a body: ${what}`,
          run: () =>
            send(world, endpoint.method, pathOf(endpoint, input.params), {
              ...(body === undefined ? {} : { body }),
              headers: {
                cookie: cookieFor(endpoint),
                'idempotency-key': newId(),
                ...(type === undefined ? {} : { 'content-type': type }),
              },
            }),
          check: (answer) =>
            isProblem(
              answer,
              status,
              status === 413 ? 'body_too_large' : status === 415 ? 'unknown_content_type' : 'bad_input',
            ) ?? namesField(answer, '/body'),
        }),
      )
    })
  expect(await wrongSteps(steps)).toEqual([])
  expect(steps.length).toBeGreaterThan(300)
})

test('a field where none is wanted is refused', async () => {
  const steps = endpoints.flatMap((endpoint): Step[] => {
    const input = requestFor(endpoint, world.mine.things)
    const cookie = cookieFor(endpoint)
    const check = (pointer: string) => (answer: Answered) =>
      isProblem(answer, 400, 'bad_input') ?? namesField(answer, pointer)
    const query: Step = {
      name: `${endpoint.id} with an unknown query`,
      run: () => call(world, { endpoint, input: { ...input, query: { ...input.query, stray: '1' } }, cookie }),
      check: check('/query/stray'),
    }
    if (endpoint.body || endpoint.raw || endpoint.method === 'GET') return [query]
    const body: Step = {
      name: `${endpoint.id} with an unknown body`,
      run: () => call(world, { endpoint, input: { ...input, body: { stray: 1 } }, cookie }),
      check: check('/body/stray'),
    }
    return [query, body]
  })
  expect(await wrongSteps(steps)).toEqual([])
})

test('an idempotency key is needed where it is promised, has a form, and belongs to one body', async () => {
  const keyed = endpoints.filter((endpoint) => endpoint.idempotent)
  const steps = keyed.flatMap((endpoint) => {
    const input = requestFor(endpoint, world.mine.things)
    const path = pathOf(endpoint, input.params)
    const keys: Record<string, string | undefined> = {
      none: undefined,
      'a short one': 'seven77',
      'a long one': 'k'.repeat(101),
    }
    return Object.entries(keys).map(
      ([what, key]): Step => ({
        name: `${endpoint.id} with ${what}`,
        run: () =>
          send(world, endpoint.method, path, {
            ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
            headers: {
              cookie: cookieFor(endpoint),
              ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
              ...(key === undefined ? {} : { 'idempotency-key': key }),
            },
          }),
        check: (answer) => isProblem(answer, 400, 'bad_input') ?? namesField(answer, '/headers/idempotency-key'),
      }),
    )
  })
  expect(await wrongSteps(steps)).toEqual([])
  expect(keyed.length).toBeGreaterThan(5)

  // One key, used for a top-up: no other body and no other endpoint gets through under it.
  const { buyer } = world.mine
  const key = newId()
  const wish = { id: newId(), amountMinor: 500 }
  const first = await buyer.post('/api/v1/wallet/top-ups', wish, { 'idempotency-key': key })
  expect(first.status).toBe(201)
  const again = await buyer.post('/api/v1/wallet/top-ups', wish, { 'idempotency-key': key })
  expect(again).toMatchObject({ status: 201, body: first.body })
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  const reused = (name: string, run: () => Promise<any>): Step => ({
    name,
    run: async () => {
      const { status, body, headers } = await run()
      return { status, body, type: headers.get('content-type') ?? '' }
    },
    check: (answer) => isProblem(answer, 409, 'idempotency_key_reused'),
  })
  const headers = { 'idempotency-key': key }
  expect(
    await wrongSteps([
      reused('the same key with another amount', () =>
        buyer.post('/api/v1/wallet/top-ups', { ...wish, amountMinor: 600 }, headers),
      ),
      reused('the same key with another id', () =>
        buyer.post('/api/v1/wallet/top-ups', { ...wish, id: newId() }, headers),
      ),
      reused('the same key for another request', () =>
        buyer.post(`/api/v1/me/orders/${world.mine.things.order}/cancellations`, undefined, headers),
      ),
    ]),
  ).toEqual([])
  // Another person's same key is another key.
  const other = await world.theirs.buyer.post('/api/v1/wallet/top-ups', { id: newId(), amountMinor: 500 }, headers)
  expect(other).toMatchObject({ status: 201 })
  expect(other.headers.get('idempotent-replayed')).toBeNull()
})

test('texts that look evil but are fine are kept or not found, and never a fault', async () => {
  const texts = [
    ...Object.entries(hostileTexts).filter(([, text]) => text.isWellFormed() && !text.includes('\0')),
    ['one hundred', '𠮷'.repeat(25)] as const,
  ]
  const wrong: string[] = []
  const queries = endpoints.filter(
    (endpoint) => endpoint.method === 'GET' && endpoint.query && !endpoint.id.startsWith('listPickList'),
  )
  // A cursor is taken apart, so each form of it counts; words only go into a search.
  const wordsTried = ['quotes', 'a percent', 'backslashes', 'one hundred']
  const cells = queries.flatMap((endpoint) =>
    ['cursor', 'q', 'category', 'account'].flatMap((field) =>
      texts
        .filter(([what, text]) => field === 'cursor' || (wordsTried.includes(what) && text !== ''))
        .map(([what, text]) => ({ endpoint, field, what, text })),
    ),
  )
  await forEach(cells, async ({ endpoint, field, what, text }) => {
    if (!endpoint.query?.safeParse({ [field]: text }).success) return
    const input = { ...requestFor(endpoint, world.mine.things), query: { [field]: text } }
    const answer = await call(world, { endpoint, input, cookie: cookieFor(endpoint) })
    // Where the thing whose list it is was never made here, there is none to be found.
    const isOfNothing = idsOf[endpoint.id]?.['params.id'] === 'new' && answer.body?.code === 'not_found'
    if (answer.status !== 200 && !isOfNothing)
      wrong.push(`${endpoint.id}?${field} ${what}: ${answer.status} ${answer.body?.code}`)
  })
  const { buyer } = world.mine
  for (const [what, text] of texts) {
    const saved = await buyer.put(`/api/v1/me/addresses/${world.mine.things.address}`, {
      recipient: text.slice(0, 50),
      phone: '15400000001',
      province: '浙江省',
      city: '杭州市',
      district: '西湖区',
      street: text,
      isDefault: true,
    })
    // What is kept is what was said.
    if (saved.status !== 200 || saved.body.address.street !== text.trim())
      wrong.push(`an address ${what}: ${saved.status}`)
  }
  expect(wrong).toEqual([])
  expect(cells.length).toBeGreaterThan(100)
})

test('addresses that lead nowhere, and methods that nobody bound', async () => {
  const paths = [
    '/api/v1/nothing',
    '/api/v1',
    '/api/v1/me/../../etc/passwd',
    '/api/v1/%zz',
    '/api/v1/rooms/%00',
    '//evil.example/',
  ]
  const steps = paths.flatMap((path) =>
    ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map(
      (method): Step => ({
        name: `${method} ${path}`,
        run: () => send(world, method, path, { headers: { cookie: world.everyman.cookie } }),
        check: (answer) =>
          answer.status >= 400 && answer.status < 500 && answer.type.startsWith('application/problem+json')
            ? null
            : 'not a problem',
      }),
    ),
  )
  expect(await wrongSteps(steps)).toEqual([])
})

describe('sockets', () => {
  const open = async (cookie = '') => {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/ws`, { headers: cookie ? { cookie } : {} })
    const heard: any[] = []
    socket.on('message', (data) => heard.push(JSON.parse(String(data))))
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return { socket, heard, closed }
  }
  const answersAfter = async (messages: readonly (string | Buffer)[], cookie = '') => {
    const { socket, heard } = await open(cookie)
    for (const message of messages) socket.send(message)
    await world.eventually(() => heard.length >= messages.length, `${messages.length} answers`)
    socket.close()
    return heard
  }

  test('every ask, wrong in every way, is refused with the field named, and nothing changes', async () => {
    const before = await world.snapshot()
    const wrong: string[] = []
    for (const ask of world.server.app.sockets.registered().asks) {
      const shape = { id: ask.kind, method: 'POST', body: ask.body } as unknown as EndpointShape
      const bodies = wrongInputsOf(shape, newId).filter(
        (each) => (each.always || isRefusedBySchema(shape, each)) && JSON.stringify(each.value).length < 15_000,
      )
      expect(bodies.length).toBeGreaterThan(10)
      // A limit per person or second must not hide what the schema says: each handful comes from somebody new.
      for (let from = 0; from < bodies.length; from += 4) {
        const person = await world.person('Somebody', 'buyer')
        const { socket, heard } = await open(person.cookie)
        const some = bodies.slice(from, from + 4)
        for (const [index, each] of some.entries())
          socket.send(JSON.stringify({ t: 'ask', id: `${index}`, kind: ask.kind, body: each.value }))
        await world.eventually(() => heard.length >= some.length, 'an answer to each')
        for (const [index, each] of some.entries()) {
          const answer = heard.find((message) => message.id === `${index}`)
          if (answer?.code === 'too_many_requests' && ask.limit?.per === 'address') continue
          const pointers: string[] = (answer?.errors ?? []).map((error: any) => error.pointer)
          const named = pointers.some((pointer) => pointer === each.pointer || pointer.startsWith(`${each.pointer}/`))
          if (answer?.code !== 'bad_input' || !named)
            wrong.push(`${ask.kind} ${each.what}: ${JSON.stringify(answer).slice(0, 300)}`)
        }
        socket.close()
      }
    }
    expect(wrong).toEqual([])
    const after = await world.snapshot()
    // Somebody came, and that is all.
    const changed = [...after.keys()].filter((name) => before.get(name) !== after.get(name))
    expect(changed.filter((name) => !name.startsWith('identity.'))).toEqual([])
  })

  test('what is no message is refused, and the socket lives on', async () => {
    const topic = `room:${world.mine.things.room}`
    const messages = [
      '',
      '{',
      '{"t":"join","topic":"room',
      'null',
      '[]',
      '7',
      '"ping"',
      '{}',
      '{"t":"shout"}',
      '{"t":"__proto__"}',
      '{"t":"join"}',
      `{"t":"join","topic":"${topic}","after":-1}`,
      `{"t":"join","topic":"${topic}","after":1.5}`,
      `{"t":"join","topic":"${topic}","after":1e300}`,
      `{"t":"join","topic":"${topic}","extra":1}`,
      '{"t":"join","topic":"room:\\u0000"}',
      '{"t":"join","topic":"ROOM:1"}',
      '{"t":"join","topic":7}',
      '{"t":"leave"}',
      '{"t":"ask","id":"","kind":"like.tap","body":{}}',
      '{"t":"ask","id":7,"kind":"like.tap","body":{}}',
      '{"t":"ping"}',
      '{"t":"ping","at":"now"}',
      `{"t":"ping","at":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      Buffer.from('{"t":"ping","at":1}'),
      Buffer.from([0, 1, 2, 255]),
    ]
    const heard = await answersAfter(messages)
    expect(heard.map((message) => `${message.t} ${message.code}`)).toEqual(messages.map(() => 'refused bad_input'))

    const nowhere = [
      'nothing:1',
      'room:1',
      `room:${'-'.repeat(36)}`,
      `room:${newId()}`,
      'room',
      'person',
      'constructor',
      'screen',
    ]
    const refused = await answersAfter(nowhere.map((each) => JSON.stringify({ t: 'join', topic: each })))
    expect(refused.map((message) => `${message.t} ${message.code}`)).toEqual(nowhere.map(() => 'refused not_found'))

    const unknown = ['', 'nothing', 'constructor', '__proto__'].map((kind, index) => ({
      t: 'ask',
      id: `${index}`,
      kind,
      body: {},
    }))
    const answers = await answersAfter(unknown.map((each) => JSON.stringify(each)))
    expect(answers.map((message) => message.code)).toEqual(unknown.map(() => 'unknown_ask'))
  })

  test('a message of 20 KB ends that socket and no other', async () => {
    const { socket, closed } = await open()
    socket.send(JSON.stringify({ t: 'ask', id: 'a', kind: 'like.tap', body: 'x'.repeat(20_000) }))
    expect(await closed).toBe(1009)
  })

  test('two hundred messages in a second: those above the limit are refused, and it is over a second later', async () => {
    const { socket, heard } = await open()
    for (let at = 0; at < 200; at++) socket.send(JSON.stringify({ t: 'ping', at }))
    await world.eventually(() => heard.length >= 200, 'an answer to each')
    const pongs = heard.filter((message) => message.t === 'pong')
    // Two seconds at most are touched by one burst.
    expect(pongs.length).toBeGreaterThanOrEqual(50)
    expect(pongs.length).toBeLessThanOrEqual(100)
    expect(heard.filter((message) => message.code === 'too_many_requests')).toHaveLength(200 - pongs.length)
    await world.eventually(() => {
      socket.send(JSON.stringify({ t: 'ping', at: 1_000 }))
      return heard.some((message) => message.t === 'pong' && message.at === 1_000)
    }, 'an answer again')
    socket.close()
  })

  test('a flood of asks is answered within its limits, and none is left without an answer', async () => {
    const before = await world.snapshot()
    const floods = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { socket, heard } = await open(world.mine.buyer.cookie)
        const asks = Array.from({ length: 50 }, () => ({
          t: 'ask',
          id: `flood-${++asked}`,
          kind: 'order.place',
          body: {
            id: newId(),
            lines: [{ skuId: newId(), units: 1 }],
            addressId: world.mine.things.address,
            shownPayMinor: 1,
            payment: 'wallet',
          },
        }))
        for (const each of asks) socket.send(JSON.stringify(each))
        await world.eventually(() => heard.length >= asks.length, 'an answer to each')
        socket.close()
        return heard
      }),
    )
    const codes = new Set(floods.flat().map((message) => message.code))
    expect(codes).toEqual(new Set(['sku_not_on_sale', 'too_many_requests']))
    expect([...(await world.snapshot())]).toEqual([...before])
  })

  test('a socket joins twenty topics and no more, but again those that it has', async () => {
    const { socket, heard } = await open()
    const topics = Array.from({ length: 30 }, (_, index) =>
      index < 2 ? [world.mine, world.theirs][index]!.things.room : newId(),
    )
    for (const id of topics) socket.send(JSON.stringify({ t: 'join', topic: `room:${id}` }))
    await world.eventually(() => heard.filter((message) => message.t !== 'tick').length >= 30, 'thirty answers')
    expect(heard.filter((message) => message.t === 'joined')).toHaveLength(2)
    socket.close()

    // Rooms enough are there only for the test: a topic of its own that lets everybody in.
    world.server.app.sockets.topic({ prefix: 'hall', who: 'anyone' })
    const guest = await open()
    const halls = Array.from({ length: 30 }, (_, index) => `hall:${index}`)
    for (const topic of halls) guest.socket.send(JSON.stringify({ t: 'join', topic }))
    await world.eventually(() => guest.heard.length >= 30, 'an answer to each')
    guest.socket.send(JSON.stringify({ t: 'join', topic: 'hall:3' }))
    await world.eventually(() => guest.heard.length >= 31, 'one more')
    const joined = guest.heard.filter((message) => message.t === 'joined').map((message) => message.topic)
    expect(joined).toHaveLength(21)
    expect(new Set(joined).size).toBe(20)
    expect(guest.heard.filter((message) => message.code === 'too_many_topics')).toHaveLength(10)
    guest.socket.close()
  })

  test('who leaves while he is being let in leaves nothing behind', async () => {
    const topic = `room:${world.mine.things.room}`
    for (let times = 0; times < 30; times++) {
      const { socket, closed } = await open()
      socket.send(JSON.stringify({ t: 'join', topic }))
      socket.terminate()
      await closed
    }
    await world.eventually(() => world.server.app.sockets.present(topic) === 0, 'an empty room')
  })

  test('who asks and never reads is cut off before what waits for him grows without end', async () => {
    const { readerThatNeverReads } = await import('../slow-reader.ts')
    const { sockets } = world.server.app
    const slow = await readerThatNeverReads(world.url)
    const size = sockets.size()
    const before = process.memoryUsage()
    // Each topic name comes back in the refusal; every message is within the limits of size and form.
    const flood = `{"t":"join","topic":"nothing:${'x'.repeat(60)}"}`
    const isOver = await slow.send(flood, { messages: 2_000_000, until: () => sockets.size() < size })
    expect(isOver || slow.isClosed()).toBe(true)
    const grown =
      process.memoryUsage().external + process.memoryUsage().arrayBuffers - before.external - before.arrayBuffers
    expect(grown).toBeLessThan(64 * 1024 * 1024)
    slow.close()
  })
})

test('all the while nothing failed', async () => {
  const metrics = String((await world.client().get('/metrics')).body)
  const faults = metrics
    .split('\n')
    .filter((line) => line.startsWith('http_seconds_count') && /status="5\d\d"/.test(line))
  expect(faults).toEqual([])
  expect(metrics).toContain('http_seconds_count')
})

function idIn(endpoint: EndpointShape) {
  return (place: string) => {
    const thing = idsOf[endpoint.id]?.[place]
    return thing === undefined || thing === 'new' ? newId() : world.mine.things[thing]
  }
}

function isRefusedBySchema(endpoint: EndpointShape, wrong: WrongInput): boolean {
  return endpoint[wrong.where]?.safeParse(wrong.value).success === false
}

function pathOf(endpoint: EndpointShape, params: Record<string, string>): string {
  return endpoint.path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? '')
}
