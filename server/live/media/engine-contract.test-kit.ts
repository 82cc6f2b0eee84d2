/**
 * What every media engine has to do, whoever made it: the same tests run over each (`engine-contract.ffmpeg.test.ts`,
 * `mediamtx.test.ts`).
 */
import { expect } from 'vitest'
import type { PublishAnswer } from './index.ts'
import { testStreamId } from './media.test-kit.ts'
import type { MediaEngine, MediaEvent } from './media-engine.ts'

export const goodKey = 'live_goodgoodgoodgoodgood'
export const newKey = 'live_newnewnewnewnewnew'
export const foreignKey = 'live_foreignforeignforeign'
export const otherStreamId = '01900000-0000-7000-8000-000000000002'

export type ContractEncoder = {
  /** Null while it goes on; else whether it was turned away or cut off (true), or stopped as told (false). */
  refused: Promise<boolean>
  stop(): Promise<void>
}

export type ContractWorld = {
  engine: MediaEngine
  events: MediaEvent[]
  /** Keys that are right now, and whose they are. */
  keys: Map<string, string>
  logged(): string
  /** An encoder that sends until it is stopped; like all of them it types in what it is shown. */
  encode(streamKey: string): ContractEncoder
  /** Plays what is offered to players, and answers what kinds of media came of it. */
  play(path: string): Promise<string[]>
}

export function contractKeys(): Map<string, string> {
  return new Map([
    [goodKey, testStreamId],
    [foreignKey, otherStreamId],
  ])
}

export function authorizeBy(keys: Map<string, string>) {
  return async ({ key }: { key: string }): Promise<PublishAnswer> => {
    const streamId = keys.get(key)
    return streamId === undefined ? { allowed: false, reason: 'bad_key' } : { allowed: true, streamId }
  }
}

async function within(timeoutMs: number, what: string, world: ContractWorld, isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (!isSo()) {
    if (performance.now() > endMs) {
      throw new Error(`Not within ${timeoutMs} ms: ${what}\n${JSON.stringify(world.events)}\n${world.logged()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** One broadcast from the first wrong key to its end, in the order in which such things happen. */
export async function followsTheContract(world: ContractWorld): Promise<void> {
  const { engine, events, keys } = world
  const names = () => events.filter((event) => event.streamId === testStreamId).map((event) => event.name)
  const count = (name: MediaEvent['name']) => names().filter((each) => each === name).length
  const typed = (key: string, streamId = testStreamId) => engine.streamKeyOf({ streamId, key })
  const [best] = engine.playbackOf(testStreamId)
  if (best === undefined) throw new Error('An engine without playback is none')

  // A wrong key, and a right one for another's stream, are refused, and nothing appears.
  expect(await world.encode(typed('live_wrongwrongwrongwrong')).refused, 'a wrong key').toBe(true)
  if (typed(foreignKey).includes(testStreamId)) {
    expect(await world.encode(typed(foreignKey)).refused, "another creator's key").toBe(true)
  }
  expect(events).toEqual([])
  expect(engine.stateOf(testStreamId)).toBeNull()

  // The right one goes on air, and can be played; a second encoder beside it is refused.
  const encoder = world.encode(typed(goodKey))
  await within(8_000, 'the broadcast starts', world, () => count('started') === 1)
  expect(await world.encode(typed(goodKey)).refused, 'one at a time').toBe(true)
  expect(await world.play(best.path)).toEqual(['aac', 'h264'])
  expect(best.path.startsWith(`/media/${testStreamId}/`), 'an address of ours').toBe(true)
  expect(JSON.stringify(engine.playbackOf(testStreamId)), 'viewers see no key').not.toContain(goodKey)
  await within(5_000, 'its state is known', world, () => (engine.stateOf(testStreamId)?.kbps ?? 0) > 0)
  expect(engine.stateOf(testStreamId)).toMatchObject({ phase: 'publishing', via: 'rtmp', isDegraded: false })
  expect(names()).toEqual(['started'])

  // Lost and back within ten seconds: the same broadcast.
  await encoder.stop()
  await within(5_000, 'the encoder is missed', world, () => count('interrupted') === 1)
  const back = world.encode(typed(goodKey))
  await within(8_000, 'the broadcast goes on', world, () => count('resumed') === 1)

  // The key is replaced while live: whoever has the old one is cut off and stays out, the new one goes on.
  keys.delete(goodKey)
  keys.set(newKey, testStreamId)
  engine.dismissPublisher(testStreamId)
  expect(await back.refused, 'the old encoder is cut off').toBe(true)
  await within(5_000, 'the old encoder is missed', world, () => count('interrupted') === 2)
  expect(await world.encode(typed(goodKey)).refused, 'the old key').toBe(true)
  const last = world.encode(typed(newKey))
  await within(8_000, 'the new encoder goes on', world, () => count('resumed') === 2)

  // Ended by us: at once, once, and for a reason.
  engine.kick(testStreamId)
  keys.delete(newKey)
  expect(await last.refused, 'the encoder is cut off').toBe(true)
  await within(5_000, 'it is over', world, () => count('ended') === 1)
  expect(names()).toEqual(['started', 'interrupted', 'resumed', 'interrupted', 'resumed', 'ended'])
  expect(events.at(-1)).toMatchObject({ name: 'ended', reason: 'kicked' })
  await within(2_000, 'nothing is left of it', world, () => engine.stateOf(testStreamId)?.phase !== 'publishing')

  // Gone for good: over when the time to come back is.
  keys.set(goodKey, otherStreamId)
  const short = world.encode(typed(goodKey, otherStreamId))
  const isOver = () => events.some((event) => event.name === 'ended' && event.streamId === otherStreamId)
  await within(8_000, 'another broadcast starts', world, () => events.at(-1)?.name === 'started')
  await short.stop()
  await within(16_000, 'who does not come back has left', world, isOver)
  expect(events.at(-1)).toMatchObject({ name: 'ended', reason: 'left', streamId: otherStreamId })

  for (const key of [goodKey, newKey, foreignKey]) expect(world.logged(), 'no key in a log').not.toContain(key)
}
