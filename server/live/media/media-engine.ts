/**
 * What the rest of the house knows of a media engine, whichever it is: the one built in, or a server of another maker
 * behind an adapter. No word of any engine stands here.
 */
export interface MediaEngine {
  readonly capabilities: MediaCapabilities
  /** Where an encoder publishes to. The host is the one the creator reached us by; the key is the creator's own. */
  publishTarget(host: string): PublishTarget
  /** What is typed into the encoder beside that address. It holds the key, and whatever else this engine has to be told. */
  streamKeyOf(of: { streamId: string; key: string }): string
  /** Ordered by preference: a player takes the first that it can play. */
  playbackOf(streamId: string): PlaybackSource[]
  stateOf(streamId: string): StreamState | null
  /** Ends a broadcast at once. Whether its key may publish again is for the authoriser to say. */
  kick(streamId: string): void
  /** Cuts off who publishes now, for instance because his key was replaced. The broadcast waits for the next as for one that was lost. */
  dismissPublisher(streamId: string): void
  /** The port on this machine that speaks our own addresses of media; null while the engine is down, and for engines that do not. */
  readonly httpPort: number | null
  /** For engines that have addresses of their own: where a file of a stream really is. */
  readonly elsewhere?: (streamId: string, name: string) => URL
  /** Its process as the system knows it, where it is one of ours. */
  readonly pid?: number | null
  close(): Promise<void>
}

export type MediaCapabilities = {
  ingest: readonly IngestKind[]
  playback: readonly PlaybackSource['kind'][]
  recording: boolean
  /** Whether there is a picture of what is on air, as `now.jpg` among its media. */
  pictures: boolean
  kick: boolean
}

export type IngestKind = 'rtmp' | 'whip' | 'websocket' | 'srt'

export type PublishTarget = { kind: 'rtmp'; serverUrl: string }

export type PlaybackSource = { kind: 'whep' | 'low_latency_hls' | 'hls'; path: string }

/** Who may publish is asked of us by the engine, before it keeps a single byte. */
export type AuthorizePublish = (request: { key: string; ip: string }) => Promise<PublishAnswer>
export type PublishAnswer = { allowed: true; streamId: string } | { allowed: false; reason: PublishRefusal }

export type PublishRefusal =
  | 'unavailable' // We could not find out. The encoder may try again.
  | 'bad_key' // Nobody's key, or one that was revoked.
  | 'banned' // The creator may not broadcast now.
  | 'no_session' // The key is right, but nothing is planned to go on air.
  | 'busy' // Another encoder is publishing with this key.
  | 'full' // The engine carries as many streams as it may.

export type StreamState = {
  streamId: string
  phase: 'publishing' | 'interrupted'
  /** How the publisher of this moment sends; null while there is none. */
  via: IngestKind | null
  /** Who watches by WebRTC. Those who watch by HLS are counted by nobody: caches stand before them. */
  watchers: number
  /** Whether one more may watch by WebRTC: not where the sound is AAC, or pictures come out of order. */
  canWatchByRtc: boolean
  width: number
  height: number
  codecs: string
  fps: number
  kbps: number
  keyframeIntervalMs: number | null
  lastFrameAgeMs: number
  isDegraded: boolean
  recordedBytes: number
}

export type MediaEvent =
  | { name: 'started'; streamId: string } // The first part can be watched.
  | { name: 'interrupted'; streamId: string } // The encoder went away; it may come back.
  | { name: 'resumed'; streamId: string }
  | { name: 'degraded'; streamId: string; reason: 'no_keyframe' | 'no_frames' }
  | { name: 'recovered'; streamId: string }
  | { name: 'rejected'; streamId: string; reason: 'codec_unsupported' | 'protocol_error'; detail: string }
  | { name: 'recording_failed'; streamId: string }
  | { name: 'ended'; streamId: string; reason: 'left' | 'kicked' | 'engine_closed' }
