import { expect, test } from 'vitest'
import { createLiveWindow, msnAheadMax } from './live-window.ts'
import type { Part } from './packager.ts'

function part(msn: number, index: number, bytes = 100): Part {
  return {
    segment: { msn, initId: 0, epoch: 0, startsEpoch: msn === 0, startTicks: msn * 90_000, startWallMs: 0 },
    index,
    startTicks: 0,
    durationTicks: 18_000,
    isIndependent: index === 0,
    data: Buffer.alloc(bytes),
  }
}

test('whoever waits for a part is told when it comes', async () => {
  const window = createLiveWindow({ nextMsn: 0 })
  window.addPart(part(0, 0))
  const awaited = window.waitFor({ msn: 0, index: 1, timeoutMs: 1_000 })
  window.addPart(part(0, 1))
  expect(await awaited).toBe('here')
})

test('a part that was promised but never came is refused when its segment ends', async () => {
  const window = createLiveWindow({ nextMsn: 0 })
  window.addPart(part(0, 0))
  const awaited = window.waitFor({ msn: 0, index: 1, timeoutMs: 1_000 })
  window.closeSegment(0)
  expect(await awaited).toBe('never')
})

test('a playlist behind the last part of a segment is the one with the first part of the next', async () => {
  const window = createLiveWindow({ nextMsn: 0 })
  window.addPart(part(0, 0))
  let isHere = false
  const awaited = window.waitForPlaylist({ msn: 0, index: 1, timeoutMs: 1_000 }).then((state) => {
    isHere = true
    return state
  })
  window.closeSegment(0)
  await Promise.resolve()
  expect(isHere).toBe(false)
  window.addPart(part(1, 0))
  expect(await awaited).toBe('here')
})

test('a request without a part waits for the whole segment', async () => {
  const window = createLiveWindow({ nextMsn: 0 })
  window.addPart(part(0, 0))
  expect(await window.waitForPlaylist({ msn: 0, index: null, timeoutMs: 10 })).toBe('late')
  window.closeSegment(0)
  expect(await window.waitForPlaylist({ msn: 0, index: null, timeoutMs: 10 })).toBe('here')
})

test('what is too far ahead is refused, what is long gone is answered with the present', async () => {
  const window = createLiveWindow({ nextMsn: 40 })
  window.addPart(part(40, 0))
  expect(await window.waitForPlaylist({ msn: 41 + msnAheadMax + 1, index: 0, timeoutMs: 10 })).toBe('refused')
  expect(await window.waitForPlaylist({ msn: 3, index: 0, timeoutMs: 10 })).toBe('here')
  expect(await window.waitFor({ msn: 3, index: 0, timeoutMs: 10 })).toBe('never')
})

test('the window forgets what is old, by number and by bytes', () => {
  const window = createLiveWindow({ nextMsn: 0 })
  for (let msn = 0; msn < 30; msn += 1) {
    window.addPart(part(msn, 0))
    window.closeSegment(msn)
  }
  expect(window.findSegment(17)).toBeNull()
  expect(window.findSegment(18)?.msn).toBe(18)
  expect(window.bytes()).toBe(1_200)
  for (let msn = 30; msn < 36; msn += 1) window.addPart(part(msn, 0, 16 * 1024 * 1024))
  expect(window.findSegment(32)).toBeNull()
  expect(window.bytes()).toBeLessThanOrEqual(48 * 1024 * 1024)
})

test('the end of a stream lets everybody go', async () => {
  const window = createLiveWindow({ nextMsn: 0 })
  window.addPart(part(0, 0))
  const forPart = window.waitFor({ msn: 0, index: 5, timeoutMs: 1_000 })
  const forPlaylist = window.waitForPlaylist({ msn: 1, index: 0, timeoutMs: 1_000 })
  window.end()
  expect([await forPart, await forPlaylist]).toEqual(['never', 'here'])
  expect(window.playlist('lowLatency').toString()).toContain('#EXT-X-ENDLIST')
})
