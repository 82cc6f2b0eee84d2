/**
 * Whatever arrives, nothing exits, nothing spins, and no file outside of the recordings is told.
 *
 * 10,000 executions with a fixed seed; `HAWKER_TEST_FUZZ=200000` runs more, `HAWKER_TEST_FUZZ_SEED` others. A find is
 * printed with its seed and becomes a named test below.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAudioConfig } from './aac.ts'
import { decodeAmf, encodeAmf } from './amf.ts'
import { messageType } from './chunks.ts'
import { parseVideoConfig } from './h264.ts'
import { createH264Reader, packetsOf } from './h264-rtp.ts'
import type { LiveStreams, StreamInput } from './live-streams.ts'
import {
  asc,
  audioConfigPayload,
  avcC,
  message,
  recordedPublish,
  testKey,
  testStreamId,
  videoConfigPayload,
  videoPayload,
} from './media.test-kit.ts'
import { parseMediaPath, parseRtcPath } from './media-path.ts'
import { startMediaMtx } from './mediamtx.ts'
import { broken, type Dice, diceOf, inPieces } from './mutator.test-kit.ts'
import { readStatistics } from './nginx-rtmp.ts'
import { listenOrigin, type Origin } from './origin.ts'
import { createPackager } from './packager.ts'
import { ProtocolError } from './protocol-error.ts'
import { createRtmpSession, handshakeBytes } from './rtmp-session.ts'
import { findSenderReport, parseRtp } from './rtp.ts'
import { createPacketOrder } from './rtp-order.ts'
import { readOffer } from './sdp.ts'
import { encodeBrowserFrame, parseBrowserFrame } from './websocket-frames.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))
const executions = Number(process.env.HAWKER_TEST_FUZZ ?? 10_000)
const seed = Number(process.env.HAWKER_TEST_FUZZ_SEED ?? 20_260_101)
/** An execution takes a fraction of a millisecond; one that takes this long, on a busy machine as well, is spinning. */
const spinsAfterMs = 2_000

/** Runs a share of all executions. What is thrown must be a ProtocolError: that ends one connection, and nothing else. */
async function survive(
  share: number,
  attempt: (dice: Dice) => Buffer,
  use: (bytes: Buffer, dice: Dice) => void | Promise<void>,
): Promise<void> {
  const runs = Math.ceil(executions * share)
  let refused = 0
  for (let run = 0; run < runs; run += 1) {
    const dice = diceOf(seed + run * 7_919)
    const bytes = attempt(dice)
    const startedMs = performance.now()
    try {
      await use(bytes, dice)
    } catch (fault) {
      if (!(fault instanceof ProtocolError)) {
        throw new Error(`Seed ${seed}, run ${run}: ${bytes.toString('hex').slice(0, 4_000)}`, { cause: fault })
      }
      refused += 1
    }
    expect(performance.now() - startedMs, `seed ${seed}, run ${run} spins`).toBeLessThan(spinsAfterMs)
  }
  // A mutator that breaks nothing, or everything at once, tests nothing.
  expect(refused, 'some were refused').toBeGreaterThan(0)
  expect(refused, 'and some went through').toBeLessThan(runs)
}

const broadcast = Buffer.concat([
  recordedPublish,
  message(messageType.video, videoConfigPayload()),
  message(messageType.audio, audioConfigPayload()),
  ...[0, 40, 80, 1_000, 1_040].map((ms) => message(messageType.video, videoPayload({ isKey: ms % 1_000 === 0 }), ms)),
])

/** What a session feeds: a packager that really packages, so that broken configurations go the whole way. */
function packagingInput(): StreamInput {
  const packager = createPackager({
    sink: { init: () => undefined, part: () => undefined, segmentDone: () => undefined },
    wallMs: () => 0,
  })
  let nowMs = 0
  return {
    video(tag, ms) {
      nowMs += 20
      if (tag.kind === 'config') packager.setVideoConfig(tag.avcC)
      if (tag.kind === 'frame') packager.video({ dtsMs: ms, compositionMs: 0, isKey: tag.isKey, data: tag.data }, nowMs)
    },
    audio(tag, ms) {
      if (tag.kind === 'config') packager.setAudioConfig(parseAudioConfig(tag.asc), nowMs)
      if (tag.kind === 'frame') packager.audio({ ptsMs: ms, data: tag.data }, nowMs)
    },
    heard: () => undefined,
    reject: () => undefined,
    leave: () => packager.interrupt(nowMs),
  }
}

test('RTMP: broken broadcasts in broken pieces', async () => {
  await survive(
    0.3,
    (dice) => {
      // The random part of the handshake may be anything; what follows is what is worth breaking.
      const start = 1 + 2 * handshakeBytes
      const head = dice.chance(0.1) ? broken(broadcast.subarray(0, start), dice) : broadcast.subarray(0, start)
      const rest = broadcast.subarray(start, recordedPublish.length)
      const media = broadcast.subarray(recordedPublish.length)
      return dice.chance(0.5)
        ? Buffer.concat([head, broken(rest, dice), media])
        : Buffer.concat([head, rest, broken(media, dice)])
    },
    async (bytes, dice) => {
      const input = packagingInput()
      const session = createRtmpSession({
        send: () => undefined,
        publish: async () => ({ input }),
        finish: () => undefined,
        published: () => undefined,
      })
      // Half of them first become a publisher, so that what is broken is the media itself.
      const isPublishing = dice.chance(0.5)
      if (isPublishing) session.receive(recordedPublish)
      await settled()
      const media = isPublishing ? bytes.subarray(Math.min(bytes.length, recordedPublish.length)) : bytes
      for (const piece of inPieces(media, dice)) session.receive(piece)
      await settled()
      session.close()
    },
  )
})

test('AMF: broken commands', async () => {
  const command = encodeAmf(['connect', 1, { app: 'live', nested: { list: [1, 'two', null, true] } }, ['a', undefined]])
  await survive(
    0.2,
    (dice) => broken(command, dice),
    (bytes) => void encodeAmf(decodeAmf(bytes)),
  )
})

test('configurations of pictures and sounds', async () => {
  await survive(
    0.1,
    (dice) => broken(dice.chance(0.5) ? avcC : Buffer.concat([asc, Buffer.alloc(4)]), dice),
    (bytes, dice) => void (dice.chance(0.5) ? parseVideoConfig(bytes) : parseAudioConfig(bytes)),
  )
})

test('SDP: broken offers', async () => {
  const offer = Buffer.from(
    [
      'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n',
      'm=video 9 UDP/TLS/RTP/SAVPF 106 107\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\na=ice-ufrag:abcd\r\n',
      'a=rtpmap:106 H264/90000\r\na=fmtp:106 packetization-mode=1;profile-level-id=42e01f\r\na=rtcp-fb:106 nack\r\n',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\n',
    ].join(''),
  )
  await survive(
    0.15,
    (dice) => broken(offer, dice),
    (bytes) => {
      const { sdp, video } = readOffer(bytes.toString('latin1'))
      expect(video.payloadType).toBeLessThan(128)
      expect(sdp).not.toContain('a=candidate')
    },
  )
})

test('RTP: broken packets, in any order', async () => {
  const units = [Buffer.from([0x67, 1, 2, 3, 4]), Buffer.from([0x68, 1]), Buffer.alloc(5_000, 0x65)]
  const packets = packetsOf(units, { payloadType: 96, ssrc: 1, timestamp: 1, sequence: 65_530 })
  const lost = { count: 0 }
  const reader = createH264Reader({ config: () => undefined, picture: () => undefined, broken: () => undefined })
  const order = createPacketOrder<NonNullable<ReturnType<typeof parseRtp>>>({
    deliver: (packet) => reader.push(packet),
    ask: () => undefined,
    lost: () => (lost.count += 1),
  })
  let nowMs = 0
  await survive(
    0.1,
    (dice) => broken(packets[dice.below(packets.length)] ?? Buffer.alloc(0), dice),
    (bytes) => {
      nowMs += 5
      findSenderReport(bytes)
      const packet = parseRtp(bytes)
      if (packet === null) throw new ProtocolError('no packet')
      order.push(packet.sequence, packet, nowMs)
    },
  )
  expect(lost.count).toBeGreaterThan(0)
})

test('frames of browsers', async () => {
  const frame = encodeBrowserFrame({ kind: 'video', isKey: true, timestampMs: 12, data: Buffer.alloc(30, 1) })
  await survive(
    0.1,
    (dice) => broken(frame, dice),
    (bytes) => void parseBrowserFrame(bytes),
  )
})

test('statistics and questions of other makers: read, or refused, and never more than is there', async () => {
  const client = '<client><id>7</id><publishing/></client><meta><video><width>360</width></video></meta>'
  const statistics = Buffer.from(
    `<rtmp><stream><name>${testStreamId}</name><bytes_in>12</bytes_in>${client}</stream></rtmp>`,
  )
  expect(readStatistics(statistics.toString())).toHaveLength(1)
  for (let run = 0; run < Math.ceil(executions * 0.05); run += 1) {
    const dice = diceOf(seed + run * 15_485_863)
    const startedMs = performance.now()
    const text = broken(statistics, dice).toString('latin1')
    for (const each of readStatistics(text)) expect(text).toContain(each.streamId)
    expect(performance.now() - startedMs).toBeLessThan(spinsAfterMs)
  }
  const asked: string[] = []
  const engine = await startMediaMtx({
    controlUrl: new URL('http://127.0.0.1:9'),
    playbackUrl: new URL('http://127.0.0.1:9'),
    rtmpPort: 1_935,
    hook: { host: '127.0.0.1', port: 0 },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    authorizePublish: async ({ key }) => {
      asked.push(key)
      return { allowed: false, reason: 'bad_key' }
    },
    onEvent: () => undefined,
  })
  const question = Buffer.from(
    JSON.stringify({
      action: 'publish',
      protocol: 'rtmp',
      path: `live/${testStreamId}`,
      query: `key=${testKey}`,
      id: 'x',
    }),
  )
  const statuses = new Set<number>()
  try {
    for (let run = 0; run < Math.ceil(executions * 0.01); run += 1) {
      const body = run % 10 === 0 ? question : broken(question, diceOf(seed + run * 32_452_843))
      const answer = await fetch(`http://127.0.0.1:${engine.hookPort}/auth`, {
        method: 'POST',
        body: new Uint8Array(body),
      })
      statuses.add(answer.status)
    }
  } finally {
    await engine.close()
  }
  expect([...statuses].filter((status) => status < 400 || status >= 500)).toEqual([])
  expect(asked.length, 'some went through to be asked').toBeGreaterThan(0)
})

let directory = ''
let origin: Origin
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'media-hostile-'))
  const recordings = join(directory, 'recordings')
  await mkdir(join(recordings, testStreamId), { recursive: true })
  await writeFile(join(recordings, testStreamId, 'recording.mp4'), 'a film')
  await writeFile(join(recordings, testStreamId, 'segments.jsonl'), 'secret-canary')
  await writeFile(join(recordings, 'recording.mp4'), 'secret-canary')
  await writeFile(join(directory, 'recording.mp4'), 'secret-canary')
  const streams = { find: () => null, recordingDirectory: (id: string) => join(recordings, id) }
  origin = await listenOrigin({ streams: streams as unknown as LiveStreams, log: () => undefined })
})
afterAll(async () => {
  await origin.close()
  await rm(directory, { recursive: true, force: true })
})

const climbing = [
  '..',
  '%2e%2e',
  '%252e%252e',
  '..%2f',
  '..\\',
  '%5c..',
  '%00',
  '.',
  '//',
  '%c0%ae%c0%ae',
  '~',
  '/etc/passwd',
]

const hostileNames = ['recording.mp4', 'recording.mp4', 'now.jpg', `clip-${testStreamId}.mp4`, 'x/index.m3u8', 'x/7.ts']

function hostilePath(dice: Dice): Buffer {
  const base = `/media/${testStreamId}/${hostileNames[dice.below(hostileNames.length)] ?? ''}`
  const parts = base.split('/')
  for (let step = 1 + dice.below(3); step > 0; step -= 1) {
    parts.splice(1 + dice.below(parts.length - 1), dice.below(2), climbing[dice.below(climbing.length)] ?? '')
  }
  const path = Buffer.from(dice.chance(0.3) ? base : parts.join('/'))
  return dice.chance(0.5) ? broken(path, dice) : path
}

test('HLS: an address is a known name or nothing', async () => {
  await survive(0.05, hostilePath, (bytes) => {
    const text = bytes.toString('latin1')
    const media = parseMediaPath(text)
    const rtc = parseRtcPath(text)
    if (media === null && rtc === null) throw new ProtocolError('nothing')
    if (media !== null) expect(media.streamId).toMatch(/^[0-9a-f-]{36}$/)
    if (media?.file.kind === 'foreign') {
      const { pathname } = new URL(`/live/${media.streamId}/${media.file.name}`, 'http://engine')
      expect(pathname, 'a file of its own stream').toMatch(new RegExp(`^/live/${media.streamId}/[^/]+$`))
    }
  })
})

test('HLS: nothing but a recording is ever told, however it is asked for', async () => {
  const runs = Math.ceil(executions * 0.02)
  let answers = 0
  for (let run = 0; run < runs; run += 1) {
    const path = Buffer.from(hostilePath(diceOf(seed + run * 104_729)).filter((byte) => byte !== 10 && byte !== 13))
    const answer = await ask(
      Buffer.concat([Buffer.from('GET '), path, Buffer.from(' HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')]),
    )
    expect(answer, path.toString('latin1')).not.toContain('secret-canary')
    expect(answer, path.toString('latin1')).not.toContain('root:')
    if (answer.startsWith('HTTP/1.1 ')) answers += 1
  }
  expect(answers).toBeGreaterThan(runs / 2)
  expect(
    await ask(Buffer.from(`GET /media/${testStreamId}/recording.mp4 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)),
  ).toContain('a film')
})

/** Over a plain socket: a client library would tidy the address up first. */
async function ask(request: Buffer): Promise<string> {
  return await new Promise((resolve) => {
    const pieces: Buffer[] = []
    const socket = connect({ port: origin.port, host: '127.0.0.1' })
    const done = () => resolve(Buffer.concat(pieces).toString('latin1'))
    socket.setTimeout(3_000, () => socket.destroy())
    socket.on('data', (piece: Buffer) => pieces.push(piece))
    socket.on('error', done)
    socket.on('close', done)
    socket.write(request)
  })
}
