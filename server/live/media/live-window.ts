import type { Init, Part, SegmentHead } from './packager.ts'
import { type LivePlaylist, lowLatencyPlaylist, plainPlaylist, segmentsListedMax } from './playlist.ts'

/** The newest seconds of one stream, in memory, and those who wait for the next part of it. */
// A viewer may still be loading what has just left the playlist.
export const segmentsKeptBehindMax = 3
export const windowBytesMax = 48 * 1024 * 1024
export const waitersMax = 4_096
// The specification lets a client ask for at most two segments ahead.
export const msnAheadMax = 2

export type Segment = SegmentHead & { durationTicks: number; bytes: number; isDone: boolean; parts: Part[] }
/** `never`: the segment ended before that part, or it has left the window. `refused`: too far ahead, or too many wait. */
export type Awaited = 'here' | 'never' | 'late' | 'refused'
export type LiveWindow = ReturnType<typeof createLiveWindow>

export function createLiveWindow(options: { nextMsn: number }) {
  const segments: Segment[] = []
  let inits: Init[] = []
  let bytes = 0
  let longestSegmentTicks = 0
  let longestPartTicks = 0
  let nextMsn = options.nextMsn
  let isEnded = false
  let texts: { lowLatency: Buffer | null; plain: Buffer | null } = { lowLatency: null, plain: null }
  const waiters = new Set<() => void>()

  function addInit(init: Init): void {
    inits.push(init)
  }

  function addPart(part: Part): void {
    let segment = segments.at(-1)
    if (segment?.msn !== part.segment.msn) {
      segment = { ...part.segment, durationTicks: 0, bytes: 0, isDone: false, parts: [] }
      segments.push(segment)
      nextMsn = segment.msn + 1
    }
    segment.parts.push(part)
    segment.durationTicks += part.durationTicks
    segment.bytes += part.data.length
    bytes += part.data.length
    longestPartTicks = Math.max(longestPartTicks, part.durationTicks)
    longestSegmentTicks = Math.max(longestSegmentTicks, segment.durationTicks)
    forgetOld()
    changed()
  }

  function closeSegment(msn: number): void {
    const segment = segments.at(-1)
    if (segment?.msn !== msn) return
    segment.isDone = true
    changed()
  }

  function end(): void {
    const last = segments.at(-1)
    if (last !== undefined) last.isDone = true
    isEnded = true
    changed()
  }

  function forgetOld(): void {
    while (
      segments.length > segmentsListedMax + segmentsKeptBehindMax + 1 ||
      (bytes > windowBytesMax && segments.length > 2)
    ) {
      const oldest = segments.shift()
      bytes -= oldest?.bytes ?? 0
    }
    const oldestInit = segments.at(0)?.initId
    if (oldestInit !== undefined) inits = inits.filter((init) => init.id >= oldestInit)
  }

  function changed(): void {
    texts = { lowLatency: null, plain: null }
    const woken = [...waiters]
    waiters.clear()
    for (const wake of woken) wake()
  }

  /** Text is made once for everybody: at a change all viewers ask for it at the same moment. */
  function playlist(kind: 'lowLatency' | 'plain'): Buffer {
    const view: LivePlaylist = { segments, longestSegmentTicks, longestPartTicks, nextMsn, isEnded }
    const made = texts[kind] ?? Buffer.from(kind === 'lowLatency' ? lowLatencyPlaylist(view) : plainPlaylist(view))
    texts[kind] = made
    return made
  }

  function findSegment(msn: number): Segment | null {
    const oldest = segments.at(0)?.msn ?? 0
    return segments[msn - oldest] ?? null
  }

  /** `null` as index asks for the whole segment. */
  function stateOf(msn: number, index: number | null): 'here' | 'never' | 'coming' | 'refused' {
    const segment = findSegment(msn)
    if (segment !== null && segment.msn === msn) {
      if (segment.isDone) return index === null || index < segment.parts.length ? 'here' : 'never'
      if (index !== null && index < segment.parts.length) return 'here'
      return isEnded ? 'never' : 'coming'
    }
    if (isEnded || msn < nextMsn) return 'never'
    return msn > nextMsn + msnAheadMax ? 'refused' : 'coming'
  }

  async function waitFor(wanted: { msn: number; index: number | null; timeoutMs: number }): Promise<Awaited> {
    return await waitUntil(() => stateOf(wanted.msn, wanted.index), wanted.timeoutMs)
  }

  /** A stream can be watched from its first part on, without low latency from its first segment on. */
  async function waitUntilPlayable(kind: 'lowLatency' | 'plain', timeoutMs: number): Promise<Awaited> {
    return await waitUntil(() => {
      const isPlayable = segments.some((segment) => segment.isDone || kind === 'lowLatency')
      return isPlayable ? 'here' : isEnded ? 'never' : 'coming'
    }, timeoutMs)
  }

  /** Answers what a playlist request that names a part has to wait for: behind the last part comes the next segment. */
  async function waitForPlaylist(wanted: { msn: number; index: number | null; timeoutMs: number }): Promise<Awaited> {
    return await waitUntil(() => {
      const state = stateOf(wanted.msn, wanted.index)
      if (state !== 'never' || isEnded || wanted.index === null) return state === 'never' ? 'here' : state
      return findSegment(wanted.msn) === null ? 'here' : stateOf(wanted.msn + 1, 0)
    }, wanted.timeoutMs)
  }

  async function waitUntil(look: () => Exclude<Awaited, 'late'> | 'coming', timeoutMs: number): Promise<Awaited> {
    const first = look()
    if (first !== 'coming') return first
    if (waiters.size >= waitersMax) return 'refused'
    return await new Promise((resolve) => {
      const timer = setTimeout(() => {
        waiters.delete(wake)
        resolve('late')
      }, timeoutMs)
      function wake() {
        const state = look()
        if (state === 'coming') {
          waiters.add(wake)
          return
        }
        clearTimeout(timer)
        resolve(state)
      }
      waiters.add(wake)
    })
  }

  /** The newest picture that can be shown by itself. */
  function keyframe(): { init: Buffer; fragment: Buffer } | null {
    const segment = segments.findLast((each) => each.parts[0]?.isIndependent)
    const init = inits.find((each) => each.id === segment?.initId)
    const part = segment?.parts[0]
    return init === undefined || part === undefined ? null : { init: init.data, fragment: part.data }
  }

  return {
    keyframe,
    addInit,
    addPart,
    closeSegment,
    end,
    playlist,
    waitFor,
    waitForPlaylist,
    waitUntilPlayable,
    findInit: (id: number) => inits.find((init) => init.id === id) ?? null,
    findSegment,
    bytes: () => bytes,
    hasParts: () => segments.length > 0,
  }
}
