import { expect, test } from 'vitest'
import {
  type LivePlaylist,
  lowLatencyPlaylist,
  type PlaylistSegment,
  plainPlaylist,
  replayPlaylist,
} from './playlist.ts'

const tick = 90_000
const startWallMs = Date.UTC(2026, 0, 1)

function segment(msn: number, options: Partial<PlaylistSegment> = {}): PlaylistSegment {
  const parts = Array.from({ length: 5 }, (_, index) => ({
    index,
    durationTicks: tick / 5,
    isIndependent: index === 0,
  }))
  return {
    msn,
    initId: 0,
    epoch: 0,
    startsEpoch: msn === 0,
    startWallMs: startWallMs + msn * 1_000,
    durationTicks: tick,
    isDone: true,
    parts,
    ...options,
  }
}

function live(segments: PlaylistSegment[], options: Partial<LivePlaylist> = {}): LivePlaylist {
  const nextMsn = (segments.at(-1)?.msn ?? -1) + 1
  return { segments, longestSegmentTicks: tick, longestPartTicks: tick / 5, nextMsn, isEnded: false, ...options }
}

test('a low-latency playlist, word for word', () => {
  const filling = segment(2, { isDone: false })
  const text = lowLatencyPlaylist(live([segment(0), segment(1), { ...filling, parts: filling.parts.slice(0, 2) }]))
  expect(text.split('\n')).toEqual([
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    '#EXT-X-TARGETDURATION:1',
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.630,HOLD-BACK=3',
    '#EXT-X-PART-INF:PART-TARGET=0.210',
    '#EXT-X-MAP:URI="init-0.mp4"',
    ...[0, 1].flatMap((msn) => [
      `#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:0${msn}.000Z`,
      `#EXT-X-PART:DURATION=0.20000,URI="s${msn}.0.m4s",INDEPENDENT=YES`,
      ...[1, 2, 3, 4].map((index) => `#EXT-X-PART:DURATION=0.20000,URI="s${msn}.${index}.m4s"`),
      '#EXTINF:1.00000,',
      `s${msn}.m4s`,
    ]),
    '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:02.000Z',
    '#EXT-X-PART:DURATION=0.20000,URI="s2.0.m4s",INDEPENDENT=YES',
    '#EXT-X-PART:DURATION=0.20000,URI="s2.1.m4s"',
    '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="s2.2.m4s"',
    '',
  ])
})

test('eight segments are listed, parts only of the newest three, and the hint goes to the next segment', () => {
  const text = lowLatencyPlaylist(live(Array.from({ length: 12 }, (_, msn) => segment(msn))))
  expect(text).toContain('#EXT-X-MEDIA-SEQUENCE:4\n')
  expect(text.match(/#EXTINF/g)).toHaveLength(8)
  expect(text.match(/#EXT-X-PART:/g)).toHaveLength(15)
  expect(text).toContain('URI="s12.0.m4s"')
})

test('the plain playlist has whole segments and no word of parts', () => {
  const text = plainPlaylist(live([segment(0), segment(1), segment(2, { isDone: false })]))
  expect(text).not.toMatch(/PART|PRELOAD|s2/)
  expect(text.match(/#EXTINF/g)).toHaveLength(2)
})

test('a new epoch is a discontinuity with its own initialisation, and is counted once it has left', () => {
  const later = { epoch: 1, initId: 2 }
  const segments = [segment(0), segment(1), segment(2, { ...later, startsEpoch: true }), segment(3, later)]
  const both = plainPlaylist(live(segments))
  expect(both).toContain('#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init-2.mp4"')
  expect(both).not.toContain('DISCONTINUITY-SEQUENCE')
  const atTheEdge = plainPlaylist(live(segments.slice(2)))
  expect(atTheEdge).toContain('#EXT-X-DISCONTINUITY\n')
  expect(atTheEdge).not.toContain('DISCONTINUITY-SEQUENCE')
  const gone = plainPlaylist(live(segments.slice(3)))
  expect(gone).toContain('#EXT-X-DISCONTINUITY-SEQUENCE:1\n')
  expect(gone).not.toContain('#EXT-X-DISCONTINUITY\n')
})

test('a segment that begins without a keyframe is not called independent', () => {
  const cut = segment(1, { parts: [{ index: 0, durationTicks: tick, isIndependent: false }] })
  expect(plainPlaylist(live([segment(0), cut]))).not.toContain('INDEPENDENT-SEGMENTS')
})

test('the target duration is that of the longest segment, rounded as the specification rounds', () => {
  const text = plainPlaylist(live([segment(0)], { longestSegmentTicks: 2.4 * tick }))
  expect(text).toContain('#EXT-X-TARGETDURATION:2\n')
})

test('a stream that is over has an end and nothing to wait for', () => {
  const text = lowLatencyPlaylist(live([segment(0)], { isEnded: true }))
  expect(text.endsWith('#EXT-X-ENDLIST\n')).toBe(true)
  expect(text).not.toContain('PRELOAD-HINT')
})

test('a replay is byte ranges of one file, with a discontinuity where the configuration changed', () => {
  const init = { offset: 0, bytes: 700 }
  const text = replayPlaylist(
    [
      { startWallMs, durationTicks: 6 * tick, offset: 700, bytes: 1_000, init },
      { startWallMs, durationTicks: 2 * tick, offset: 2_400, bytes: 500, init: { offset: 1_700, bytes: 700 } },
    ],
    { fileName: 'recording.mp4', isEnded: true },
  )
  expect(text).toContain('#EXT-X-MAP:URI="recording.mp4",BYTERANGE="700@0"')
  expect(text).toContain('#EXTINF:6.00000,\n#EXT-X-BYTERANGE:1000@700\nrecording.mp4\n#EXT-X-DISCONTINUITY\n')
  expect(text).toContain('#EXT-X-BYTERANGE:500@2400\nrecording.mp4\n#EXT-X-ENDLIST\n')
})
