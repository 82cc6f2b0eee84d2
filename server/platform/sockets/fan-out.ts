import type { Socket } from 'node:net'
import type { Told } from '#platform/database'
import { textFrame } from './frames.ts'

/** How often a topic sends what has gathered. Under 1 s promised to people, far under it kept. */
export const tickMs = 100
/** With many sockets, ticks become rarer, so that no more than this many writes are made in a second. */
export const writesPerSecondMax = 25_000
/** But no rarer than this: half of what is promised. */
export const tickMsMax = 500
/** Seats that are served in one go; between two goes, those who ask are answered. */
const seatsPerTurn = 500
/** Lossy messages that one tick of a topic carries; more are dropped, oldest first, and counted. */
export const lossyPerTickMax = 50
/** A counter is told at most twice a second, however often it changes. */
export const countersEveryMs = 500
/** Above the first, a socket gets no lossy messages; above the second it is closed. */
export const socketBufferBytesSlow = 256 * 1024
export const socketBufferBytesMax = 2 * 1024 * 1024

/** Somebody's place in a topic. */
export interface Seat {
  wire: Socket
  /** False once he has left: a tick that is under way passes him by. */
  isTaken: boolean
  /** Missed messages are being loaded; live ones wait here meanwhile. */
  waiting: Told[] | null
  /** Where the topic began for him, while a tick may still carry what the joining already sent; else -1. */
  joinedAt: number
  /** Lossy messages that he alone did not get, and was not told of yet. */
  untold: number
  /** When he took the seat, by the clock of the process. */
  sinceMs: number
  cutOff(): void
}

/** What happened on a topic between two ticks, and who hears of it. */
export interface TopicRoom {
  seats: Set<Seat>
  isEmpty(): boolean
  /** A reliable message, as it was committed. */
  tell(told: Told): void
  publish(text: string): void
  count(counter: string, value: number): void
  /** Sends what has gathered. Answers whether something is left for a later tick. */
  flush(nowMs: number): boolean
}

interface Batch {
  reliable: readonly Told[]
  whole: Buffer
  lossyCount: number
  dropped: number
  /** With something that is not lossy in it. */
  isNeeded: boolean
  frameOf(of: { from?: number; withLossy: boolean; drops: number }): Buffer
}

/**
 * What happened since the last tick is encoded and framed once, and that one buffer is written to each socket. Only who has
 * just joined, or reads slowly, gets a frame of his own.
 */
export function openTopicRoom(topic: string, dropped: { inc(by: number): void }): TopicRoom {
  const seats = new Set<Seat>()
  const head = `{"t":"tick","topic":${JSON.stringify(topic)}`
  let reliable: Told[] = []
  let lossy: string[] = []
  let drops = 0
  let counters = new Map<string, number>()
  let countersDueMs = 0
  let isFlushing = false

  function takeBatch(withCounters: boolean): Batch {
    const told = reliable.sort((a, b) => a.number - b.number)
    const lossyText = lossy.length > 0 ? `,"l":[${lossy.join(',')}]` : ''
    const counterText = withCounters ? `,"c":${JSON.stringify(Object.fromEntries(counters))}` : ''
    const lossyCount = lossy.length
    const batchDrops = drops
    reliable = []
    lossy = []
    drops = 0
    if (withCounters) counters = new Map()
    // Each message is encoded once, for whomever it goes to.
    const encoded = told.map(({ number, message }) => ({ number, text: `[${number},${JSON.stringify(message)}]` }))
    const reliableFrom = (from: number) => {
      const rest = encoded.filter(({ number }) => number > from).map(({ text }) => text)
      return rest.length > 0 ? `,"r":[${rest.join(',')}]` : ''
    }
    const frameOf: Batch['frameOf'] = ({ from = -1, withLossy, drops: untold }) =>
      textFrame(
        `${head}${reliableFrom(from)}${withLossy ? lossyText : ''}${counterText}${untold > 0 ? `,"d":${untold}` : ''}}`,
      )
    return {
      reliable: told,
      whole: frameOf({ withLossy: true, drops: batchDrops }),
      lossyCount,
      dropped: batchDrops,
      isNeeded: told.length > 0 || withCounters,
      frameOf,
    }
  }

  return {
    seats,
    isEmpty: () => seats.size === 0 && reliable.length === 0 && !isFlushing,
    tell: (told) => void reliable.push(told),
    publish(text) {
      lossy.push(text)
      if (lossy.length <= lossyPerTickMax) return
      lossy.shift()
      drops++
    },
    count: (counter, value) => void counters.set(counter, value),
    flush(nowMs) {
      // A tick that is still being written is not overtaken by the next.
      if (isFlushing) return true
      const withCounters = counters.size > 0 && nowMs >= countersDueMs
      if (reliable.length === 0 && lossy.length === 0 && !withCounters) return counters.size > 0
      if (withCounters) countersDueMs = nowMs + countersEveryMs
      const batch = takeBatch(withCounters)
      if (batch.dropped > 0) dropped.inc(batch.dropped)
      // Who comes from now on knows of all this already, or asks for it: what is told here was committed before.
      const present = [...seats]
      let next = 0
      const turn = () => {
        const end = Math.min(next + seatsPerTurn, present.length)
        for (; next < end; next++) {
          const seat = present[next]
          if (seat?.isTaken && seat.wire.writable) deliver(seat, batch, dropped)
        }
        isFlushing = next < present.length
        if (isFlushing) setImmediate(turn)
      }
      isFlushing = true
      turn()
      return counters.size > 0
    },
  }
}

function deliver(seat: Seat, batch: Batch, dropped: { inc(by: number): void }): void {
  if (seat.waiting !== null) {
    seat.waiting.push(...batch.reliable)
    return
  }
  if (seat.joinedAt >= 0 && batch.reliable.length > 0) {
    const from = seat.joinedAt
    // A commit is seen by a query before it is heard of here, so the same may still come some ticks later.
    if (batch.reliable.some((told) => told.number > from)) seat.joinedAt = -1
    if (batch.reliable.some((told) => told.number <= from)) {
      seat.wire.write(batch.frameOf({ from, withLossy: true, drops: batch.dropped }))
      return
    }
  }
  const buffered = seat.wire.writableLength
  if (buffered <= socketBufferBytesSlow) {
    if (seat.untold === 0) {
      seat.wire.write(batch.whole)
      return
    }
    const drops = batch.dropped + seat.untold
    seat.untold = 0
    seat.wire.write(batch.frameOf({ withLossy: true, drops }))
  } else if (buffered > socketBufferBytesMax) seat.cutOff()
  else {
    if (batch.lossyCount > 0) dropped.inc(batch.lossyCount)
    const drops = seat.untold + batch.dropped + batch.lossyCount
    if (batch.isNeeded) {
      seat.untold = 0
      seat.wire.write(batch.frameOf({ withLossy: false, drops }))
    } else seat.untold = drops
  }
}
