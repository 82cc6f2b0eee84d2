/**
 * What crosses the one socket at `/ws`, as JSON texts.
 *
 * Delivery classes: *reliable* messages are numbered per topic and kept; a client that was away asks from its last number
 * and gets each once. *Lossy* messages may be dropped under load (the drop count is told). *Counters* are coalesced.
 */
import { z } from 'zod'

export const topicName = z.string().regex(/^[a-z]+(:[0-9a-z-]{1,64})?$/)

export const clientMessage = z.discriminatedUnion('t', [
  /** `after`: the last number this client has; without it, only what comes from now on. */
  z.strictObject({ t: z.literal('join'), topic: topicName, after: z.int().min(0).optional() }),
  z.strictObject({ t: z.literal('leave'), topic: topicName }),
  /** `id` is the client's, echoed in the answer. */
  z.strictObject({ t: z.literal('ask'), id: z.string().min(1).max(64), kind: z.string().max(64), body: z.unknown() }),
  z.strictObject({ t: z.literal('ping'), at: z.number() }),
])
export type ClientMessage = z.output<typeof clientMessage>

export type ServerMessage =
  /** `number`: the last number of the topic at the moment of joining. `reset`: what was missed is no longer kept; load the page's state anew. */
  | { t: 'joined'; topic: string; number: number; reset?: boolean }
  | { t: 'refused'; topic?: string; code: string }
  /** What happened on a topic since the last tick: reliable [number, message] pairs, lossy messages, counters, drops. */
  | { t: 'tick'; topic: string; r?: [number, unknown][]; l?: unknown[]; c?: Record<string, number>; d?: number }
  | { t: 'answer'; id: string; ok: true; value: unknown }
  | { t: 'answer'; id: string; ok: false; code: string; params?: Record<string, unknown>; errors?: unknown[] }
  | { t: 'pong'; at: number; now: number }
  /** The server closes this socket; come back after this long (a graceful stop, or too slow a reader). */
  | { t: 'bye'; reason: 'stopping' | 'slow' | 'signed_out'; afterMs: number }

// Limits, for clients that want to stay within them.
export const clientMessageBytesMax = 16 * 1024
export const topicsPerSocketMax = 20
export const asksInFlightMax = 32
export const messagesPerSecondMax = 50
