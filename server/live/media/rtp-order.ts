import { sequenceDistance } from './rtp.ts'

/**
 * Puts the packets of one RTP stream in order and asks for those that are missing, until it is too late for them.
 * There is no timer in here: whoever calls says what time it is, and calls `tick` every 20 ms or so.
 */
export const missingAwaitedMs = 250
export const askAgainAfterMs = 60
export const asksPerPacketMax = 4
export const packetsAheadMax = 1_000
export const asksAtOnceMax = 64

export type PacketOrder = ReturnType<typeof createPacketOrder>

export function createPacketOrder<Packet>(options: {
  deliver(packet: Packet): void
  ask(sequences: number[]): void
  /** Something is gone for good: what depends on it cannot be decoded. */
  lost(): void
}) {
  const waiting = new Map<number, Packet>()
  const missing = new Map<number, { sinceMs: number; askedMs: number; asks: number }>()
  let next: number | null = null
  const counts = { recovered: 0, lost: 0 }

  function push(sequence: number, packet: Packet, nowMs: number): void {
    next ??= sequence
    const ahead = sequenceDistance(next, sequence)
    if (ahead < 0) return // It was given up, or came twice.
    if (ahead > packetsAheadMax) {
      startAgain(sequence)
    } else {
      if (missing.delete(sequence)) counts.recovered += 1
      for (let step = 0; step < ahead; step += 1) {
        const absent = (next + step) & 0xffff
        if (!waiting.has(absent) && !missing.has(absent)) missing.set(absent, { sinceMs: nowMs, askedMs: 0, asks: 0 })
      }
    }
    waiting.set(sequence, packet)
    drain()
    tick(nowMs)
  }

  function startAgain(sequence: number): void {
    waiting.clear()
    missing.clear()
    counts.lost += 1
    next = sequence
    options.lost()
  }

  function drain(): void {
    while (next !== null) {
      const packet = waiting.get(next)
      if (packet === undefined) return
      waiting.delete(next)
      next = (next + 1) & 0xffff
      options.deliver(packet)
    }
  }

  function tick(nowMs: number): void {
    const asked: number[] = []
    for (const [sequence, gap] of missing) {
      if (nowMs - gap.sinceMs > missingAwaitedMs) {
        giveUp(sequence)
      } else if (gap.asks < asksPerPacketMax && asked.length < asksAtOnceMax) {
        if (gap.asks > 0 && nowMs - gap.askedMs < askAgainAfterMs) continue
        gap.askedMs = nowMs
        gap.asks += 1
        asked.push(sequence)
      }
    }
    if (asked.length > 0) options.ask(asked)
  }

  function giveUp(sequence: number): void {
    missing.delete(sequence)
    counts.lost += 1
    options.lost()
    // What waited behind it is let go, up to the next hole.
    while (next !== null && sequenceDistance(next, sequence) >= 0) {
      const packet = waiting.get(next)
      waiting.delete(next)
      next = (next + 1) & 0xffff
      if (packet !== undefined) options.deliver(packet)
    }
    drain()
  }

  return { push, tick, counts }
}
