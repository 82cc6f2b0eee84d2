import type { LogFields } from './engine-clock.ts'
import type { MediaEvent, PublishAnswer, StreamState } from './media-engine.ts'

export type EngineSettings = {
  rtmpPort: number
  rtmpHost: string
  /** The one UDP port of WebRTC, and the address at which browsers reach it where that is not one of this machine. */
  rtcPort: number
  rtcAddress: string | null
  storageDir: string
}

/** What the server and its media process say to each other. A stream key crosses here once, in `authorize`, and is not kept. */
export type ToEngine =
  | { kind: 'start'; settings: EngineSettings }
  | { kind: 'authorized'; requestId: number; answer: PublishAnswer }
  | { kind: 'kick'; streamId: string }
  | { kind: 'dismiss'; streamId: string }
  | { kind: 'close' }

export type FromEngine =
  | { kind: 'ready'; rtmpPort: number; httpPort: number; rtcPort: number | null; hasPictures: boolean }
  | { kind: 'failed'; reason: string }
  | { kind: 'authorize'; requestId: number; key: string; ip: string }
  | { kind: 'event'; event: MediaEvent }
  | { kind: 'states'; streams: StreamState[] }
  | { kind: 'log'; level: 'info' | 'warn' | 'error'; message: string; fields: LogFields }
