/**
 * Sockets: one WebSocket per client at `/ws`; topics, delivery classes, asks.
 *
 * Always true: a reliable message reaches each joined client once and in order; a slow socket loses lossy messages first and
 * is closed before its buffer grows past `socketBufferBytesMax`; a bad message ends in a refusal, never in a crash; who
 * signed out or lost a role hears no more than his due after `recheckMs` at the latest.
 * Not here: what topics mean (`live/rooms`, `trade/orders`, `insight/gmv` register theirs), numbering (`tx.tell`).
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { sql } from 'kysely'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AskShape, BodyOf, RefusalOf, ReplyOf, Who } from '#contract/endpoint'
import type { Role } from '#contract/roles'
import {
  asksInFlightMax,
  clientMessage,
  clientMessageBytesMax,
  messagesPerSecondMax,
  type ServerMessage,
  topicsPerSocketMax,
} from '#contract/socket'
import type { Clock } from '#platform/clock'
import type { Config } from '#platform/config'
import { type Actor, all, type Database, first, type Told } from '#platform/database'
import {
  type Authenticate,
  errorsOf,
  limiter,
  overloadedRetryMs,
  sameOrigin,
  unstorableError,
  unstorablePathIn,
} from '#platform/http'
import { newId } from '#platform/ids'
import type { Log } from '#platform/log'
import type { Metrics } from '#platform/metrics'
import type { Outcome } from '#platform/outcome'
import {
  openTopicRoom,
  type Seat,
  socketBufferBytesMax,
  type TopicRoom,
  tickMs,
  tickMsMax,
  writesPerSecondMax,
} from './fan-out.ts'
import { pingFrame, textFrame } from './frames.ts'
import { sharePresence } from './presence.ts'

/** Reliable messages a returning client gets in one go; who missed more loads the state anew. */
export const catchUpMax = 1_000
export { lossyPerTickMax, socketBufferBytesMax, socketBufferBytesSlow, tickMs } from './fan-out.ts'
const heartbeatMs = 25_000
/** How long a socket may go on as who it was when it came: then its session and roles are looked up again. */
const recheckMs = 25_000
/** Of a whole audience that came in one second, only so many are looked up in the next. */
const rechecksPerSecondMax = 1_000

export interface Topic {
  /** The part before the colon. */
  prefix: string
  /** Who may join; the second check sees the id after the colon. */
  who: Who
  admits?: (actor: Actor, id: string) => Promise<boolean> | boolean
  /** Counts joined sockets, over all processes, and sends the count as counter `viewers`. */
  presence?: boolean
}

export interface AskRequest<A> {
  actor: Actor
  body: BodyOf<A>
  address: string
  /** Joined topics of the asking socket: an ask about a room may need presence in it. */
  joined: (topic: string) => boolean
  /** For how long without a break; 0 where it has not. */
  joinedMs: (topic: string) => number
}

export interface OtherUpgrades {
  isTheirs(request: IncomingMessage): boolean
  take(request: IncomingMessage, socket: Socket, head: Buffer): void
}

export interface Sockets {
  /** From now on, asks that yield to buyers are refused while this is true. */
  yieldWhen(isOverloaded: () => boolean): void
  /** `others` are upgrades that are no business of ours: whoever they are for takes them. */
  attach(server: Server, authenticate: Authenticate, others?: OtherUpgrades): void
  topic(topic: Topic): void
  answer<const A extends AskShape>(
    shape: A,
    handle: (request: AskRequest<A>) => Promise<Outcome<ReplyOf<A>, RefusalOf<A> | 'not_found'>>,
  ): void
  /** May be lost; carried by the next tick. */
  publish(topic: string, message: object): void
  /** The latest value is carried by the next tick. */
  count(topic: string, counter: string, value: number): void
  /** How many sockets have joined, at all processes on this database. */
  present(topic: string): number
  /** Called when a topic's number of joined sockets changed, at most once a second per topic. */
  onPresence(hear: (topic: string, sockets: number) => void): void
  size(): number
  /** Somebody signed out or lost a role: his sockets are looked up now rather than in their turn. */
  recheck(personId: string): void
  /** Somebody may be in a topic no more: all his sockets leave it, and are told. */
  expel(topic: string, personId: string): void
  /** What can be joined and asked, for the proof that nobody gets in where he does not belong. */
  registered(): { topics: readonly Topic[]; asks: readonly AskShape[] }
  /** Tells all clients to come back later and closes. */
  stop(): Promise<void>
}

interface Member {
  socket: WebSocket
  /** What the socket writes to: frames that are the same for everybody go there as they are. */
  wire: Socket
  actor: Actor
  /** Of those with which he came, the ones that say who he is; what they mean may change. */
  headers: IncomingMessage['headers']
  checkedMs: number
  address: string
  seats: Map<string, Seat>
  asksInFlight: number
  alive: boolean
  pingedMs: number
  messages: number
  messagesSecond: number
}

interface Room extends TopicRoom {
  presenceTold: number
}

export function startSockets(app: {
  config: Config
  database: Database
  clock: Clock
  log: Log
  metrics: Metrics
}): Sockets {
  const rooms = new Map<string, Room>()
  const members = new Set<Member>()
  const topics = new Map<string, Topic>()
  const asks = new Map<string, { shape: AskShape; handle: (request: AskRequest<never>) => Promise<Outcome<unknown>> }>()
  const presenceHearers: ((topic: string, sockets: number) => void)[] = []
  const dirty = new Set<string>()
  const limits = limiter()
  const server = new WebSocketServer({ noServer: true, maxPayload: clientMessageBytesMax, perMessageDeflate: false })
  const openGauge = app.metrics.gauge('sockets_open', 'Open sockets.')
  const droppedCounter = app.metrics.counter('socket_messages_dropped_total', 'Lossy messages that were not delivered.')
  const slowCounter = app.metrics.counter('sockets_closed_slow_total', 'Sockets closed because they did not read.')
  let stopping = false
  let authenticate: Authenticate = async () => null
  let isOverloaded = () => false

  const hear = (what: { told: readonly Told[] }) => {
    for (const told of what.told) {
      const room = rooms.get(told.topic)
      if (room === undefined) continue
      room.tell(told)
      dirty.add(told.topic)
    }
  }
  app.database.committed.add(hear)

  const timer = setInterval(flush, tickMs)
  // Some of them each second, so that a whole audience is not asked in the same moment.
  const heartbeat = setInterval(() => {
    const now = performance.now()
    let left = Math.ceil((members.size * 2_000) / heartbeatMs)
    for (const member of members) {
      if (now - member.pingedMs < heartbeatMs) continue
      if (!member.alive) {
        member.socket.terminate()
        continue
      }
      member.alive = false
      member.pingedMs = now
      if (member.socket.readyState === member.socket.OPEN) member.wire.write(pingFrame)
      if (--left <= 0) break
    }
  }, 1_000)
  timer.unref()
  heartbeat.unref()

  function roomOf(topic: string): Room {
    let room = rooms.get(topic)
    if (room === undefined) {
      room = { ...openTopicRoom(topic, droppedCounter), presenceTold: -1 }
      rooms.set(topic, room)
    }
    return room
  }

  let flushedMs = 0

  /** Where many listen, ticks are rarer: what goes out in a second is bounded, and each frame carries more. */
  function flush(): void {
    const now = performance.now()
    const everyMs = Math.min(tickMsMax, (members.size * 1_000) / writesPerSecondMax)
    if (now - flushedMs < everyMs - tickMs / 2) return
    flushedMs = now
    for (const topic of dirty) {
      const room = rooms.get(topic)
      if (room === undefined || !room.flush(now)) dirty.delete(topic)
      if (room?.isEmpty()) rooms.delete(topic)
    }
  }

  /** Nothing more is written to who does not read; what he still asks is not heard. */
  function cutOff(member: Member): void {
    if (member.socket.readyState !== member.socket.OPEN) return
    slowCounter.inc()
    member.socket.close(4008, 'slow')
    // Who does not read does not answer the closing either.
    setTimeout(() => member.socket.terminate(), 1_000).unref()
    leaveAll(member)
  }

  function leaveAll(member: Member): void {
    for (const topic of member.seats.keys()) leave(member, topic)
  }

  function leave(member: Member, topic: string): void {
    const seat = member.seats.get(topic)
    if (seat === undefined) return
    seat.isTaken = false
    member.seats.delete(topic)
    const room = rooms.get(topic)
    if (room === undefined) return
    room.seats.delete(seat)
    if (room.isEmpty()) rooms.delete(topic)
  }

  async function join(member: Member, topic: string, after: number | undefined): Promise<void> {
    const [prefix, id = ''] = topic.split(':', 2)
    const known = topics.get(prefix ?? '')
    const admitted =
      known !== undefined && admits(known.who, member.actor) && ((await known.admits?.(member.actor, id)) ?? true)
    if (!admitted) return send(member, { t: 'refused', topic, code: 'not_found' })
    // Who left meanwhile has left all his topics; joining one now would keep him in it for ever.
    if (member.socket.readyState !== member.socket.OPEN) return
    if (member.seats.size >= topicsPerSocketMax && !member.seats.has(topic))
      return send(member, { t: 'refused', topic, code: 'too_many_topics' })
    leave(member, topic)
    const room = roomOf(topic)
    // Join first and hold live messages back, then load what was missed: nothing can fall between.
    const waiting: Told[] = []
    const seat: Seat = {
      wire: member.wire,
      isTaken: true,
      waiting,
      joinedAt: -1,
      untold: 0,
      sinceMs: performance.now(),
      cutOff: () => cutOff(member),
    }
    member.seats.set(topic, seat)
    room.seats.add(seat)
    const row = await first(
      app.database.db,
      sql<{ last_number: number }>`select last_number from platform.topics where topic = ${topic}`,
    )
    const last = row?.last_number ?? 0
    const reset = after !== undefined && (after > last || last - after > catchUpMax)
    const missed =
      after === undefined || reset || after === last
        ? []
        : await all(
            app.database.db,
            sql<{ number: number; body: object }>`select number, body from platform.messages
              where topic = ${topic} and number > ${after} and number <= ${last} order by number limit ${catchUpMax}`,
          )
    if (!seat.isTaken) return
    const gone = after !== undefined && !reset && missed.length < last - after
    send(member, { t: 'joined', topic, number: last, ...(reset || gone ? { reset: true } : {}) })
    const pairs: [number, unknown][] = gone ? [] : missed.map((message) => [message.number, message.body])
    for (const told of waiting.sort((a, b) => a.number - b.number))
      if (told.number > last) pairs.push([told.number, told.message])
    if (pairs.length > 0) send(member, { t: 'tick', topic, r: pairs })
    seat.waiting = null
    seat.joinedAt = pairs.at(-1)?.[0] ?? last
    if (known.presence) room.count('viewers', present(topic))
    dirty.add(topic)
  }

  function send(member: Member, message: ServerMessage): void {
    if (member.socket.readyState !== member.socket.OPEN) return
    // Answers wait in the same buffer as ticks: who asks without reading is as slow as who only listens.
    if (member.socket.bufferedAmount > socketBufferBytesMax) cutOff(member)
    else member.wire.write(textFrame(JSON.stringify(message)))
  }

  async function receive(member: Member, data: string): Promise<void> {
    if (member.socket.readyState !== member.socket.OPEN) return
    const second = Math.floor(performance.now() / 1_000)
    if (member.messagesSecond !== second) {
      member.messages = 0
      member.messagesSecond = second
    }
    if (++member.messages > messagesPerSecondMax) return send(member, { t: 'refused', code: 'too_many_requests' })
    let raw: unknown
    try {
      raw = JSON.parse(data)
    } catch {
      return send(member, { t: 'refused', code: 'bad_input' })
    }
    const parsed = clientMessage.safeParse(raw)
    if (!parsed.success) return send(member, { t: 'refused', code: 'bad_input' })
    const message = parsed.data
    switch (message.t) {
      case 'ping':
        return send(member, { t: 'pong', at: message.at, now: app.clock.nowMs() })
      case 'join':
        return join(member, message.topic, message.after)
      case 'leave':
        return leave(member, message.topic)
      case 'ask':
        // What the database cannot hold comes only as an escape: a text that was decoded has no NUL and no half of a pair.
        return answerAsk(member, message, data.includes('\\u'))
    }
  }

  async function answerAsk(
    member: Member,
    { id, kind, body }: { id: string; kind: string; body?: unknown },
    hasEscapes: boolean,
  ): Promise<void> {
    const no = (code: string, params?: Record<string, unknown>, errors?: unknown[]) =>
      send(member, { t: 'answer', id, ok: false, code, ...(params ? { params } : {}), ...(errors ? { errors } : {}) })
    const found = asks.get(kind)
    if (found === undefined) return no('unknown_ask')
    if (found.shape.yieldsToBuyers && isOverloaded()) return no('overloaded', { retryAfterMs: overloadedRetryMs })
    if (member.asksInFlight >= asksInFlightMax) return no('too_many_requests')
    const actor = inRole(found.shape.who, member.actor)
    if (actor === null) return no(member.actor.kind === 'person' ? 'role_not_admitted' : 'sign_in_needed')
    if (found.shape.limit) {
      const caller = found.shape.limit.per === 'person' && actor.kind === 'person' ? actor.personId : member.address
      const waitMs = limits.take(`${kind} ${caller}`, found.shape.limit, app.clock.nowMs())
      if (waitMs !== null) return no('too_many_requests', { retryAfterMs: waitMs })
    }
    const parsed = found.shape.body.safeParse(body)
    if (!parsed.success) return no('bad_input', undefined, errorsOf('body', parsed.error))
    const unstorable = hasEscapes ? unstorablePathIn(parsed.data) : null
    if (unstorable !== null) return no('bad_input', undefined, [unstorableError(['body', ...unstorable])])
    member.asksInFlight++
    try {
      const outcome = await found.handle({
        actor,
        body: parsed.data as never,
        address: member.address,
        joined: (topic) => member.seats.has(topic),
        joinedMs: (topic) => performance.now() - (member.seats.get(topic)?.sinceMs ?? performance.now()),
      })
      if (outcome.ok) send(member, { t: 'answer', id, ok: true, value: outcome.value })
      else no(outcome.code, outcome.params)
    } catch (error) {
      app.log.error({ err: error, kind }, 'an ask failed')
      no('fault')
    } finally {
      member.asksInFlight--
    }
  }

  /** Who has signed out is sent away; who lost a role loses what only that role admits. */
  async function recheck(member: Member): Promise<void> {
    const { actor } = member
    member.checkedMs = performance.now()
    if (actor.kind !== 'person') return
    const person = await authenticate(member.headers)
    if (person?.personId !== actor.personId) {
      send(member, { t: 'bye', reason: 'signed_out', afterMs: 0 })
      member.socket.close(4001, 'signed out')
      return leaveAll(member)
    }
    member.actor = { ...actor, role: person.roles[0] ?? 'buyer', roles: person.roles }
    for (const topic of member.seats.keys()) {
      const known = topics.get(topic.split(':')[0] ?? '')
      if (known !== undefined && admits(known.who, member.actor)) continue
      leave(member, topic)
      send(member, { t: 'refused', topic, code: 'not_found' })
    }
  }

  function recheckSoon(some: readonly Member[]): void {
    for (const member of some) {
      recheck(member).catch((error: unknown) => app.log.error({ err: error }, 'a socket could not be looked up again'))
    }
  }

  function welcome(socket: WebSocket, wire: Socket, actor: Actor, request: IncomingMessage): void {
    const { cookie, authorization } = request.headers
    const member: Member = {
      socket,
      wire,
      actor,
      headers:
        actor.kind === 'person' ? { ...(cookie ? { cookie } : {}), ...(authorization ? { authorization } : {}) } : {},
      checkedMs: performance.now(),
      address: request.socket.remoteAddress ?? '',
      seats: new Map(),
      asksInFlight: 0,
      alive: true,
      pingedMs: performance.now(),
      messages: 0,
      messagesSecond: 0,
    }
    members.add(member)
    openGauge.set(members.size)
    socket.on('pong', () => {
      member.alive = true
    })
    socket.on('message', (data, isBinary) => {
      member.alive = true
      if (isBinary) return send(member, { t: 'refused', code: 'bad_input' })
      receive(member, String(data)).catch((error: unknown) => {
        app.log.error({ err: error }, 'a socket message failed')
        send(member, { t: 'refused', code: 'fault' })
      })
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      for (const topic of member.seats.keys()) if (hasPresence(topic)) markPresence(topic)
      leaveAll(member)
      members.delete(member)
      openGauge.set(members.size)
    })
  }

  function markPresence(topic: string): void {
    setImmediate(() => {
      const room = rooms.get(topic)
      if (room === undefined) return
      room.count('viewers', present(topic))
      dirty.add(topic)
    })
  }

  const recheckTimer = setInterval(() => {
    const now = performance.now()
    const due = members.values().filter((member) => now - member.checkedMs > recheckMs)
    recheckSoon([...due.take(rechecksPerSecondMax)])
  }, 1_000)
  recheckTimer.unref()

  /** Joined here, and at the other processes as they said last. */
  function present(topic: string): number {
    return (rooms.get(topic)?.seats.size ?? 0) + shared.elsewhere(topic)
  }

  function hasPresence(topic: string): boolean {
    return topics.get(topic.split(':')[0] ?? '')?.presence === true
  }

  function tellPresence(topic: string, room: Room): void {
    if (!hasPresence(topic)) return
    const sockets = present(topic)
    if (room.presenceTold === sockets) return
    room.presenceTold = sockets
    room.count('viewers', sockets)
    dirty.add(topic)
    for (const hearPresence of presenceHearers) hearPresence(topic, sockets)
  }

  const shared = sharePresence(app, {
    joined: () =>
      [...rooms].flatMap(([topic, room]) => (hasPresence(topic) ? [[topic, room.seats.size] as const] : [])),
    heard() {
      for (const [topic, room] of rooms) tellPresence(topic, room)
    },
  })

  const presenceTimer = setInterval(() => {
    for (const [topic, room] of rooms) {
      // Who left last may have left while a tick was being written.
      if (room.isEmpty()) {
        rooms.delete(topic)
        continue
      }
      tellPresence(topic, room)
    }
  }, 1_000)
  presenceTimer.unref()

  return {
    yieldWhen(overloaded) {
      isOverloaded = overloaded
    },
    attach(http, authenticateBy, others) {
      authenticate = authenticateBy
      http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
        socket.on('error', () => undefined)
        const turnAway = (status: string) =>
          socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
        const isOther = others?.isTheirs(request) === true
        if (!isOther && new URL(request.url ?? '/', 'http://local').pathname !== '/ws') return turnAway('404 Not Found')
        if (!sameOrigin(request)) return turnAway('403 Forbidden')
        if (isOther) return stopping ? turnAway('503 Service Unavailable') : others?.take(request, socket, head)
        if (stopping || members.size >= app.config.socketsMax) return turnAway('503 Service Unavailable')
        authenticate(request.headers).then(
          (person) => {
            const requestId = newId()
            const actor: Actor = person
              ? {
                  kind: 'person',
                  personId: person.personId,
                  role: person.roles[0] ?? 'buyer',
                  roles: person.roles,
                  requestId,
                }
              : { kind: 'visitor', requestId }
            server.handleUpgrade(request, socket, head, (ws) => welcome(ws, socket, actor, request))
          },
          () => turnAway('500 Internal Server Error'),
        )
        return undefined
      })
    },
    topic: (topic) => void topics.set(topic.prefix, topic),
    answer: (shape, handle) => void asks.set(shape.kind, { shape, handle: handle as never }),
    publish(topic, message) {
      const room = rooms.get(topic)
      if (room === undefined) return
      room.publish(JSON.stringify(message))
      dirty.add(topic)
    },
    count(topic, counter, value) {
      const room = rooms.get(topic)
      if (room === undefined) return
      room.count(counter, value)
      dirty.add(topic)
    },
    present,
    onPresence: (hearPresence) => void presenceHearers.push(hearPresence),
    size: () => members.size,
    recheck: (personId) =>
      recheckSoon([...members].filter(({ actor }) => actor.kind === 'person' && actor.personId === personId)),
    expel(topic, personId) {
      for (const member of members) {
        if (member.actor.kind !== 'person' || member.actor.personId !== personId || !member.seats.has(topic)) continue
        leave(member, topic)
        send(member, { t: 'refused', topic, code: 'not_found' })
      }
      markPresence(topic)
    },
    registered: () => ({ topics: [...topics.values()], asks: [...asks.values()].map((each) => each.shape) }),
    async stop() {
      stopping = true
      clearInterval(timer)
      clearInterval(heartbeat)
      clearInterval(recheckTimer)
      clearInterval(presenceTimer)
      await shared.stop()
      app.database.committed.delete(hear)
      // Spread over some seconds, so that a whole audience does not come back in the same one.
      for (const member of members) {
        send(member, { t: 'bye', reason: 'stopping', afterMs: 500 + Math.floor(Math.random() * 4_000) })
        member.socket.close(1012, 'stopping')
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
      for (const member of members) member.socket.terminate()
    },
  }
}

function admits(who: Who, actor: Actor): boolean {
  return inRole(who, actor) !== null
}

/** The actor in a role that `who` admits, or null. */
function inRole(who: Who, actor: Actor): Actor | null {
  if (who === 'anyone') return actor
  if (actor.kind !== 'person') return null
  if (who === 'person') return actor
  const role = actor.roles.find((held: Role) => who.includes(held))
  return role === undefined ? null : role === actor.role ? actor : { ...actor, role }
}
