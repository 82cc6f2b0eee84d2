/**
 * Sends over a WebSocket what the browser's own encoder makes of picture and sound: where UDP is blocked. A second or so
 * slower than WebRTC, and every network that shows this page lets it through.
 */
import {
  type Connecting,
  framesPerSecond,
  type PublishRefusal,
  pictureBitsPerSecond,
  soundBitsPerSecond,
  type Tracks,
} from './connection.ts'

const answeredWithinMs = 6_000
/** What the line has not taken yet; beyond it pictures are left out, and the next one is whole. */
const unsentBytesMax = 512 * 1024
const encodingMax = 6
const keyframeEveryMs = 1_000
const kinds = { videoConfig: 0, video: 1, aacConfig: 2, aac: 3, opusConfig: 4, opus: 5 } as const
/** H.264 baseline: level 3.1 for 720 by 1280, 4.0 for what is larger. */
const codecOf = (width: number, height: number) => (width * height > 921_600 ? 'avc1.42E028' : 'avc1.42E01F')

declare class MediaStreamTrackProcessor<Data> {
  constructor(of: { track: MediaStreamTrack })
  readable: ReadableStream<Data>
}

export function canEncode(): boolean {
  return typeof VideoEncoder !== 'undefined' && typeof MediaStreamTrackProcessor !== 'undefined'
}

type Say =
  | { kind: 'published' }
  | { kind: 'refused'; reason: PublishRefusal }
  | { kind: 'keyframe' }
  | { kind: 'dismissed' }

export async function connectByWebSocket(of: Tracks & { key: string; signal: AbortSignal }): Promise<Connecting> {
  if (!canEncode()) return 'blocked'
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const socket = new WebSocket(`${scheme}://${location.host}/media/publish`)
  socket.binaryType = 'arraybuffer'
  let finish: () => void = () => undefined
  const closed = new Promise<void>((resolve) => {
    finish = resolve
  })
  const ending = new AbortController()
  const stop = () => {
    ending.abort()
    socket.close()
    finish()
  }
  of.signal.addEventListener('abort', stop, { once: true })
  const answer = await ask(socket, of.key)
  if (answer !== 'published') {
    stop()
    return answer
  }
  socket.addEventListener('close', stop)
  const sender = openSender(socket)
  let picture = new AbortController()
  const sendPicture = (track: MediaStreamTrack) => {
    picture.abort()
    picture = new AbortController()
    void encodePicture(track, sender, AbortSignal.any([picture.signal, ending.signal])).catch(stop)
  }
  sendPicture(of.video)
  if (of.audio) void encodeSound(of.audio, sender, ending.signal).catch(() => undefined)
  socket.addEventListener('message', ({ data }) => {
    const said = JSON.parse(String(data)) as Say
    if (said.kind === 'keyframe') sender.wantsKeyframe = true
    if (said.kind === 'dismissed') stop()
  })
  return { connection: { way: 'websocket', closed, stop, replaceVideo: async (track) => sendPicture(track) } }
}

function ask(socket: WebSocket, key: string): Promise<'published' | Connecting> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('blocked'), answeredWithinMs)
    const settle = (answer: 'published' | Connecting) => {
      clearTimeout(timer)
      resolve(answer)
    }
    socket.addEventListener('open', () => socket.send(JSON.stringify({ key })), { once: true })
    socket.addEventListener('close', () => settle({ refused: 'unavailable' }), { once: true })
    socket.addEventListener(
      'message',
      ({ data }) => {
        const said = JSON.parse(String(data)) as Say
        settle(said.kind === 'refused' ? { refused: said.reason } : 'published')
      },
      { once: true },
    )
  })
}

interface Sender {
  wantsKeyframe: boolean
  isFull(): boolean
  send(kind: keyof typeof kinds, of: { isKey?: boolean; ms?: number; bytes: AllowSharedBufferSource }): void
}

function openSender(socket: WebSocket): Sender {
  return {
    wantsKeyframe: true,
    isFull: () => socket.bufferedAmount > unsentBytesMax,
    send(kind, { isKey = false, ms = 0, bytes }) {
      if (socket.readyState !== WebSocket.OPEN) return
      const message = new Uint8Array(10 + bytes.byteLength)
      const view = new DataView(message.buffer)
      view.setUint8(0, kinds[kind])
      view.setUint8(1, isKey ? 1 : 0)
      view.setFloat64(2, ms)
      message.set(
        ArrayBuffer.isView(bytes)
          ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
          : new Uint8Array(bytes),
        10,
      )
      socket.send(message)
    },
  }
}

/** Each track counts from a moment of its own; on the line both count from the moment this page was opened. */
function openClock(): (timestampUs: number) => number {
  let aheadMs: number | null = null
  return (timestampUs) => {
    aheadMs ??= performance.now() - timestampUs / 1_000
    return Math.max(0, timestampUs / 1_000 + aheadMs)
  }
}

async function encodePicture(track: MediaStreamTrack, sender: Sender, signal: AbortSignal): Promise<void> {
  const clock = openClock()
  let size = ''
  let keyframeMs = 0
  sender.wantsKeyframe = true
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      const description = metadata?.decoderConfig?.description
      if (description !== undefined) sender.send('videoConfig', { bytes: description })
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      sender.send('video', { isKey: chunk.type === 'key', ms: clock(chunk.timestamp), bytes })
    },
    error: () => undefined, // It is closed then, and the next picture says so.
  })
  await eachOf(new MediaStreamTrackProcessor<VideoFrame>({ track }).readable, signal, (frame) => {
    try {
      // H.264 has no odd sizes.
      const width = frame.displayWidth & ~1
      const height = frame.displayHeight & ~1
      if (size !== `${width}x${height}`) {
        size = `${width}x${height}`
        sender.wantsKeyframe = true
        encoder.configure({
          codec: codecOf(width, height),
          width,
          height,
          bitrate: pictureBitsPerSecond,
          framerate: framesPerSecond,
          latencyMode: 'realtime',
          avc: { format: 'avc' },
        })
      }
      if (sender.isFull() || encoder.encodeQueueSize > encodingMax) {
        sender.wantsKeyframe = true
        return
      }
      const nowMs = performance.now()
      const keyFrame = sender.wantsKeyframe || nowMs - keyframeMs >= keyframeEveryMs
      if (keyFrame) {
        keyframeMs = nowMs
        sender.wantsKeyframe = false
      }
      encoder.encode(frame, { keyFrame })
    } finally {
      frame.close()
    }
  })
  if (encoder.state !== 'closed') encoder.close()
}

/** AAC where the browser can make it, since every player knows it; else Opus. */
async function encodeSound(track: MediaStreamTrack, sender: Sender, signal: AbortSignal): Promise<void> {
  const clock = openClock()
  const aac: AudioEncoderConfig = {
    codec: 'mp4a.40.2',
    sampleRate: 48_000,
    numberOfChannels: 1,
    bitrate: soundBitsPerSecond,
  }
  const isAac = await AudioEncoder.isConfigSupported(aac).then(
    ({ supported }) => supported === true,
    () => false,
  )
  let channels = 0
  const encoder = new AudioEncoder({
    output(chunk, metadata) {
      const description = metadata?.decoderConfig?.description
      if (isAac && description !== undefined) sender.send('aacConfig', { bytes: description })
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      sender.send(isAac ? 'aac' : 'opus', { ms: clock(chunk.timestamp), bytes })
    },
    error: () => undefined,
  })
  await eachOf(new MediaStreamTrackProcessor<AudioData>({ track }).readable, signal, (data) => {
    try {
      const { numberOfChannels, sampleRate } = data
      if (numberOfChannels !== channels) {
        channels = numberOfChannels
        encoder.configure(
          isAac
            ? { ...aac, numberOfChannels, sampleRate }
            : { codec: 'opus', sampleRate, numberOfChannels, bitrate: soundBitsPerSecond },
        )
        if (!isAac) sender.send('opusConfig', { bytes: new Uint8Array([numberOfChannels]) })
      }
      encoder.encode(data)
    } finally {
      data.close()
    }
  })
  if (encoder.state !== 'closed') encoder.close()
}

async function eachOf<Data>(
  stream: ReadableStream<Data>,
  signal: AbortSignal,
  take: (data: Data) => void,
): Promise<void> {
  const reader = stream.getReader()
  signal.addEventListener('abort', () => void reader.cancel(), { once: true })
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    take(value)
  }
}
