/**
 * The crowd of the rooms bench, in one process: bare TCP sockets that read frames. What is the same for everybody is parsed
 * once: a frame that starts, ends and is as long as one that was seen is taken for the same.
 */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Kind, ViewerCommand, ViewerReport } from './words.ts'

interface Viewer {
  wire: Socket
  rest: Buffer | null
  isIn: boolean
  sampled: boolean
  lastNumber: number
  joinedAtMs: number
  /** When each thing that it asked was asked. */
  asked: Map<string, number>
}

/** What a frame says, as far as it is counted. */
interface Meaning {
  numbers: number[]
  sentAt: number[]
  commentTimes: number[]
  comments: number
  drops: number
  counters: number
  joinedNumber: number | null
  answerId: string | null
  isOk: boolean
}

const viewers: Viewer[] = []
const meanings = new Map<string, Meaning>()
const meaningsMax = 500
const sampleEvery = 10
const bucketsMax = 60_000
let commentMs = new Uint32Array(bucketsMax)
let reliableMs = new Uint32Array(bucketsMax)
let sayMs = new Uint32Array(bucketsMax)
let totals = { comments: 0, counters: 0, dropped: 0, reliableHeard: 0, said: 0 }
let reliable = 0
let wrongReliable = 0
let countedMs = performance.now()
let cpu = process.cpuUsage()
let talkers: Viewer[] = []
let roomId = ''
let talkTimer: NodeJS.Timeout | undefined
let joinMs: number[] = []
let kind: Kind = 'ours'

process.on('message', (command: ViewerCommand) => {
  obey(command).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
process.once('disconnect', () => process.exit(0))

async function obey(command: ViewerCommand): Promise<void> {
  switch (command.do) {
    case 'join':
      await join(command)
      break
    case 'talk':
      talk(command.commentsPerSecond)
      break
    case 'count':
      commentMs = new Uint32Array(bucketsMax)
      reliableMs = new Uint32Array(bucketsMax)
      sayMs = new Uint32Array(bucketsMax)
      totals = { comments: 0, counters: 0, dropped: 0, reliableHeard: 0, said: 0 }
      countedMs = performance.now()
      cpu = process.cpuUsage()
      break
    case 'report':
      break
    case 'stop':
      for (const { wire } of viewers) wire.destroy()
      process.exit(0)
  }
  const used = process.cpuUsage(cpu)
  process.send?.({
    told: command.do,
    joined: viewers.filter((viewer) => viewer.isIn).length,
    joinP99Ms: joinMs.toSorted((a, b) => a - b)[Math.floor(joinMs.length * 0.99)] ?? 0,
    seconds: (performance.now() - countedMs) / 1_000,
    ...totals,
    sayP99Ms: percentile(sayMs, 0.99),
    p50Ms: percentile(commentMs, 0.5),
    p99Ms: percentile(commentMs, 0.99),
    reliableP99Ms: percentile(reliableMs, 0.99),
    reliable,
    wrongReliable,
    cpuUs: used.user + used.system,
  } satisfies ViewerReport)
}

async function join(of: Extract<ViewerCommand, { do: 'join' }>): Promise<void> {
  kind = of.kind
  roomId = of.topic.replace('room:', '')
  joinMs = []
  const atOnce = 64
  let next = 0
  const startMs = performance.now()
  const workers = Array.from({ length: atOnce }, async () => {
    while (next < of.count) {
      const index = next++
      if (of.withinMs !== undefined) {
        const waitMs = startMs + (index / of.count) * of.withinMs - performance.now()
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
      const topic = of.rooms === undefined ? of.topic : `${of.topic}:${index % of.rooms}`
      await enter({ port: of.port, topic, cookie: of.cookies[index] ?? null })
    }
  })
  await Promise.all(workers)
  talkers = viewers.slice(0, of.cookies.length)
}

function enter(of: { port: number; topic: string; cookie: string | null }): Promise<void> {
  return new Promise((resolve, reject) => {
    const wire = connect({ port: of.port, host: '127.0.0.1', noDelay: true })
    const viewer: Viewer = {
      wire,
      rest: null,
      isIn: false,
      sampled: viewers.length % sampleEvery === 0,
      lastNumber: -1,
      joinedAtMs: performance.now(),
      asked: new Map(),
    }
    viewers.push(viewer)
    const path = kind === 'socket.io' ? '/socket.io/?EIO=4&transport=websocket' : '/ws'
    const cookie = of.cookie === null ? '' : `cookie: ${of.cookie}\r\n`
    wire.write(
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${of.port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n${cookie}\r\n`,
    )
    let isUpgraded = false
    const settle = () => {
      if (viewer.isIn) return
      viewer.isIn = true
      joinMs.push(performance.now() - viewer.joinedAtMs)
      resolve()
    }
    wire.on('error', reject)
    wire.on('close', () => {
      if (!viewer.isIn) reject(new Error('turned away'))
      viewer.isIn = false
    })
    wire.on('data', (chunk: Buffer) => {
      let bytes = viewer.rest === null ? chunk : Buffer.concat([viewer.rest, chunk])
      viewer.rest = null
      if (!isUpgraded) {
        const end = bytes.indexOf('\r\n\r\n')
        if (end < 0) {
          viewer.rest = bytes
          return
        }
        isUpgraded = true
        bytes = bytes.subarray(end + 4)
        if (kind === 'socket.io') wire.write(frameOf('40'))
        else wire.write(frameOf(JSON.stringify({ t: 'join', topic: of.topic })))
      }
      read(viewer, bytes, settle)
    })
  })
}

function read(viewer: Viewer, bytes: Buffer, settle: () => void): void {
  let at = 0
  while (bytes.length - at >= 2) {
    const opcode = (bytes[at] ?? 0) & 15
    const short = (bytes[at + 1] ?? 0) & 127
    const head = short < 126 ? 2 : short === 126 ? 4 : 10
    if (bytes.length - at < head) break
    const size =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    if (bytes.length - at < head + size) break
    const payload = bytes.subarray(at + head, at + head + size)
    at += head + size
    if (opcode === 1) hear(viewer, payload, settle)
    else if (opcode === 9) viewer.wire.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]))
  }
  if (at < bytes.length) viewer.rest = Buffer.from(bytes.subarray(at))
}

function hear(viewer: Viewer, payload: Buffer, settle: () => void): void {
  if (kind === 'socket.io' && payload.length === 1) {
    viewer.wire.write(frameOf('3')) // Its ping is a text, and so is what it wants to hear.
    return
  }
  const key = `${payload.length} ${payload.toString('latin1', 0, 150)} ${payload.toString('latin1', Math.max(0, payload.length - 60))}`
  let meaning = meanings.get(key)
  if (meaning === undefined) {
    meaning = meaningOf(payload.toString())
    if (meanings.size >= meaningsMax) meanings.delete(meanings.keys().next().value ?? '')
    meanings.set(key, meaning)
  }
  if (meaning.joinedNumber !== null) {
    viewer.lastNumber = meaning.joinedNumber
    settle()
  }
  if (meaning.answerId !== null) {
    const askedMs = viewer.asked.get(meaning.answerId)
    viewer.asked.delete(meaning.answerId)
    if (askedMs !== undefined && meaning.isOk) {
      totals.said++
      note(sayMs, performance.now() - askedMs)
    }
  }
  if (meaning.numbers.length > 0) {
    const now = Date.now()
    for (const [index, number] of meaning.numbers.entries()) {
      if (viewer.lastNumber >= 0 && number !== viewer.lastNumber + 1) wrongReliable++
      viewer.lastNumber = number
      reliable++
      totals.reliableHeard++
      note(reliableMs, now - (meaning.sentAt[index] ?? now))
    }
  }
  totals.comments += meaning.comments
  totals.dropped += meaning.drops
  totals.counters += meaning.counters
  if (viewer.sampled && meaning.comments > 0) {
    const now = Date.now()
    for (const sentAt of meaning.commentTimes) note(commentMs, now - sentAt)
  }
}

function meaningOf(text: string): Meaning {
  const meaning: Meaning = {
    numbers: [],
    sentAt: [],
    commentTimes: [],
    comments: 0,
    drops: 0,
    counters: 0,
    joinedNumber: null,
    answerId: null,
    isOk: false,
  }
  const timeIn = (said: string) => Number(/^c (\d+)/.exec(said)?.[1] ?? 0)
  if (kind === 'socket.io') {
    if (text.startsWith('40')) meaning.joinedNumber = 0
    if (!text.startsWith('42')) return meaning
  }
  const message = kind === 'socket.io' ? JSON.parse(text.slice(2))[1] : JSON.parse(text)
  if (message.t === 'joined') meaning.joinedNumber = message.number ?? 0
  else if (message.t === 'refused') throw new Error(`refused: ${text}`)
  else if (message.t === 'answer') {
    meaning.answerId = message.id
    meaning.isOk = message.ok
  } else if (message.t === 'tick') {
    for (const [number, told] of message.r ?? []) {
      meaning.numbers.push(number)
      meaning.sentAt.push(told.sentAt)
    }
    for (const whisper of message.l ?? []) {
      meaning.comments++
      meaning.commentTimes.push(timeIn(whisper.comment.text))
    }
    meaning.drops = message.d ?? 0
    if (message.c?.likes !== undefined) meaning.counters = 1
  } else if (message.kind === 'comment') {
    meaning.comments = 1
    meaning.commentTimes.push(timeIn(message.comment.text))
  } else if (message.kind === 'likes') meaning.counters = 1
  else if (message.number !== undefined) {
    meaning.numbers.push(message.number)
    meaning.sentAt.push(message.sentAt)
  }
  return meaning
}

/** Each talker in turn, so that nobody speaks more often than he may. */
function talk(commentsPerSecond: number): void {
  clearInterval(talkTimer)
  if (commentsPerSecond === 0 || talkers.length === 0) return
  let next = 0
  let due = 0
  let stepMs = performance.now()
  talkTimer = setInterval(() => {
    const now = performance.now()
    due += (commentsPerSecond * Math.min(now - stepMs, 100)) / 1_000
    stepMs = now
    for (; due >= 1; due--) {
      const talker = talkers[next++ % talkers.length]
      if (talker === undefined) return
      const id = `a${next}`
      talker.asked.set(id, performance.now())
      const body = { id: newId(), roomId, text: `c ${Date.now()} 这件多少钱，有没有S码` }
      talker.wire.write(frameOf(JSON.stringify({ t: 'ask', id, kind: 'comment.say', body })))
    }
  }, 10)
}

function newId(): string {
  const bytes = randomBytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 15) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 63) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A masked text of at most 65,535 bytes; a mask of zeros changes nothing. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text)
  const head =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255])
  return Buffer.concat([head, Buffer.alloc(4), payload])
}

function note(buckets: Uint32Array, ms: number): void {
  const at = Math.min(bucketsMax - 1, Math.max(0, Math.round(ms)))
  buckets[at] = (buckets[at] ?? 0) + 1
}

function percentile(buckets: Uint32Array, share: number): number {
  const all = buckets.reduce((sum, count) => sum + count, 0)
  let seen = 0
  for (const [ms, count] of buckets.entries()) {
    seen += count
    if (seen >= all * share && all > 0) return ms
  }
  return 0
}
