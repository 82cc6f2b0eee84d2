import { LRUCache } from 'lru-cache'

/** How many callers a limiter remembers; the least recent is forgotten, which can only be generous to him. */
export const limiterCallersMax = 100_000

export interface Limiter {
  /** Null when admitted, else milliseconds until the next call is. */
  take(caller: string, limit: { count: number; seconds: number }, nowMs: number): number | null
}

/** A token bucket per caller: `count` at once, refilled evenly over `seconds`. Per process: a guard, not a quota. */
export function limiter(): Limiter {
  const buckets = new LRUCache<string, { tokens: number; atMs: number }>({ max: limiterCallersMax })
  return {
    take(caller, limit, nowMs) {
      const perMs = limit.count / (limit.seconds * 1_000)
      const bucket = buckets.get(caller) ?? { tokens: limit.count, atMs: nowMs }
      bucket.tokens = Math.min(limit.count, bucket.tokens + (nowMs - bucket.atMs) * perMs)
      bucket.atMs = nowMs
      buckets.set(caller, bucket)
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1
        return null
      }
      return Math.ceil((1 - bucket.tokens) / perMs)
    },
  }
}
