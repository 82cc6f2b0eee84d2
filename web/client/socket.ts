/**
 * The one socket of a page, at `/ws`.
 *
 * Always true: a reliable message reaches a listener once and in order, however often the connection breaks; a message
 * that is missing between two numbers is asked for before the later one is delivered. What the server no longer keeps
 * ends in `onReset`: load the page's state anew and go on from its number.
 * An ask that was under way when the connection broke is repeated under the same id, until its time is up.
 * Not here: what topics and asks mean.
 */
import type { ClientMessage, ServerMessage } from '#contract/socket'
import { noteServerTime } from './clock.ts'
import { newId } from './ids.ts'
import { type FieldError, Problem } from './problem.ts'
import { createStore, type Store } from './store.ts'

export interface TopicListener {
  /** Reliable: numbered, each once and in order. */
  onMessage?(message: unknown, number: number): void
  /** Lossy: may be missing, may come twice. */
  onWhisper?(message: unknown): void
  onCounters?(counters: Readonly<Record<string, number>>): void
  /** What was missed is gone. Load the state again and return the number it stands at, if it says one. */
  onReset?(): Promise<number | undefined>
  onRefused?(code: string): void
}

export type SocketState = 'connecting' | 'open' | 'away'

export interface SocketClient {
  state: Store<SocketState>
  /** `after` is the topic's number in the state that the page has; without it, only what comes from now on. */
  join(topic: string, listener: TopicListener, after?: number): () => void
  /** Rejects with a `Problem`. `repeat: false` for what may rather be lost than done twice. */
  ask<Reply>(kind: string, body: unknown, options?: { timeoutMs?: number; repeat?: boolean }): Promise<Reply>
  /** A new connection, because who is asking has changed. */
  renew(): void
  close(): void
}

/** What a socket needs of the world; tests give their own. */
export interface SocketWorld {
  open(): Pick<WebSocket, 'send' | 'close' | 'readyState'> & {
    onopen: (() => void) | null
    onmessage: ((event: { data: unknown }) => void) | null
    onclose: (() => void) | null
    onerror: (() => void) | null
  }
  nowMs(): number
  random(): number
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: never): void
}

export const reconnectMsFirst = 300
export const reconnectMsMax = 15_000
export const askTimeoutMs = 8_000
export const pingEveryMs = 20_000
const openState = 1

interface Joined {
  topic: string
  listener: TopicListener
  /** Last reliable number that was delivered. */
  last: number | undefined
  resetting: boolean
  /** A gap was seen and asked for; what comes meanwhile is in the answer too. */
  filling: boolean
}

interface Ask {
  message: ClientMessage & { t: 'ask' }
  resolve(value: never): void
  reject(problem: Problem): void
  timer: unknown
  repeat: boolean
  sent: boolean
}

export function createSocket(world: SocketWorld = browserWorld()): SocketClient {
  const state = createStore<SocketState>('connecting')
  const joined = new Map<string, Joined>()
  const asks = new Map<string, Ask>()
  let socket: ReturnType<SocketWorld['open']> | null = null
  let tries = 0
  let reconnectTimer: unknown
  let pingTimer: unknown
  let closed = false
  /** The server said when to come back. */
  let waitMs: number | undefined

  function connect(): void {
    if (closed || socket !== null) return
    state.set(tries === 0 ? 'connecting' : 'away')
    const mine = world.open()
    socket = mine
    mine.onopen = () => {
      tries = 0
      state.set('open')
      for (const each of joined.values()) sendJoin(each)
      for (const ask of asks.values()) sendAsk(ask)
      ping()
    }
    mine.onmessage = (event) => {
      if (socket === mine && typeof event.data === 'string') receive(JSON.parse(event.data) as ServerMessage)
    }
    mine.onclose = () => {
      if (socket === mine) lost()
    }
    mine.onerror = () => undefined // A close follows.
  }

  function lost(): void {
    socket = null
    world.clearTimeout(pingTimer as never)
    for (const each of joined.values()) each.filling = false
    for (const [id, ask] of asks) {
      if (!ask.repeat && ask.sent) settle(id, new Problem({ code: 'offline' }))
    }
    if (closed) return
    state.set('away')
    // Half of the wait is chance, so that a whole audience does not come back in the same moment.
    const fullMs = Math.min(reconnectMsMax, reconnectMsFirst * 2 ** Math.min(tries, 10))
    const delayMs = waitMs ?? fullMs / 2 + (world.random() * fullMs) / 2
    waitMs = undefined
    tries++
    world.clearTimeout(reconnectTimer as never)
    reconnectTimer = world.setTimeout(connect, delayMs)
  }

  function ping(): void {
    send({ t: 'ping', at: world.nowMs() })
    world.clearTimeout(pingTimer as never)
    pingTimer = world.setTimeout(ping, pingEveryMs)
  }

  function send(message: ClientMessage): boolean {
    if (socket === null || socket.readyState !== openState) return false
    socket.send(JSON.stringify(message))
    return true
  }

  function sendJoin(each: Joined): void {
    send({ t: 'join', topic: each.topic, ...(each.last === undefined ? {} : { after: each.last }) })
  }

  function sendAsk(ask: Ask): void {
    ask.sent = send(ask.message) || ask.sent
  }

  function receive(message: ServerMessage): void {
    switch (message.t) {
      case 'pong':
        noteServerTime(message.now, message.at, world.nowMs())
        return
      case 'joined': {
        const each = joined.get(message.topic)
        if (each === undefined) return
        each.filling = false
        if (message.reset) return void reset(each, message.number)
        each.last ??= message.number
        return
      }
      case 'tick': {
        const each = joined.get(message.topic)
        if (each === undefined) return
        for (const [number, body] of message.r ?? []) {
          if (!deliver(each, number, body)) break
        }
        for (const whisper of message.l ?? []) each.listener.onWhisper?.(whisper)
        if (message.c) each.listener.onCounters?.(message.c)
        return
      }
      case 'answer': {
        if (message.ok) settle(message.id, null, message.value)
        else {
          const errors = message.errors as FieldError[] | undefined
          settle(message.id, new Problem({ code: message.code, params: message.params, errors }))
        }
        return
      }
      case 'refused':
        if (message.topic !== undefined) joined.get(message.topic)?.listener.onRefused?.(message.code)
        return
      case 'bye':
        waitMs = message.afterMs
        socket?.close()
        return
    }
  }

  /** False when the message is not the next one: what lies between is asked for first. */
  function deliver(each: Joined, number: number, body: unknown): boolean {
    if (each.resetting) return false
    if (each.last !== undefined && number <= each.last) return true
    if (each.last !== undefined && number > each.last + 1) {
      if (!each.filling) {
        each.filling = true
        sendJoin(each)
      }
      return false
    }
    each.last = number
    each.listener.onMessage?.(body, number)
    return true
  }

  async function reset(each: Joined, number: number): Promise<void> {
    if (each.resetting) return
    each.resetting = true
    try {
      each.last = (await each.listener.onReset?.()) ?? number
    } catch {
      // The state could not be loaded either; the next connection starts over from the same place.
      each.resetting = false
      return
    }
    each.resetting = false
    // What came while the state was loading is asked for again; numbers keep it from being told twice.
    if (joined.get(each.topic) === each) sendJoin(each)
  }

  function settle(id: string, problem: Problem | null, value?: unknown): void {
    const ask = asks.get(id)
    if (ask === undefined) return
    asks.delete(id)
    world.clearTimeout(ask.timer as never)
    if (problem) ask.reject(problem)
    else ask.resolve(value as never)
  }

  connect()

  return {
    state,
    join(topic, listener, after) {
      const each: Joined = { topic, listener, last: after, resetting: false, filling: false }
      joined.set(topic, each)
      sendJoin(each)
      return () => {
        if (joined.get(topic) !== each) return
        joined.delete(topic)
        send({ t: 'leave', topic })
      }
    },
    ask(kind, body, options = {}) {
      const id = newId(world.nowMs())
      return new Promise((resolve, reject) => {
        const timeoutMs = options.timeoutMs ?? askTimeoutMs
        const timer = world.setTimeout(() => settle(id, new Problem({ code: 'timed_out' })), timeoutMs)
        const ask: Ask = {
          message: { t: 'ask', id, kind, body },
          resolve,
          reject,
          timer,
          repeat: options.repeat ?? true,
          sent: false,
        }
        asks.set(id, ask)
        sendAsk(ask)
      })
    },
    renew() {
      tries = 0
      waitMs = 0
      if (socket !== null) socket.close()
      else {
        world.clearTimeout(reconnectTimer as never)
        connect()
      }
    },
    close() {
      closed = true
      world.clearTimeout(reconnectTimer as never)
      world.clearTimeout(pingTimer as never)
      for (const id of [...asks.keys()]) settle(id, new Problem({ code: 'offline' }))
      socket?.close()
      socket = null
    },
  }
}

function browserWorld(): SocketWorld {
  return {
    open: () =>
      new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws`) as unknown as ReturnType<SocketWorld['open']>,
    nowMs: () => Date.now(),
    random: () => Math.random(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  }
}

let shared: SocketClient | undefined

/** The page's socket; opened by the first who needs it. */
export function theSocket(): SocketClient {
  shared ??= createSocket()
  return shared
}

/** A new connection where one is open: after signing in or out the server has to learn who is asking. */
export function renewSocket(): void {
  shared?.renew()
}
