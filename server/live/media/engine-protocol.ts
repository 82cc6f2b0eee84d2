import type { LogFields } from './engine-clock.ts'
import type { MediaEvent, PublishAnswer, StreamState } from './media-engine.ts'

/** What the server and its media process say to each other. A stream key crosses here once, in `authorize`, and is not kept. */
export type ToEngine =
  | { kind: 'start'; rtmpPort: number; rtmpHost: string; storageDir: string }
  | { kind: 'authorized'; requestId: number; answer: PublishAnswer }
  | { kind: 'kick'; streamId: string }
  | { kind: 'close' }

export type FromEngine =
  | { kind: 'ready'; rtmpPort: number; httpPort: number }
  | { kind: 'failed'; reason: string }
  | { kind: 'authorize'; requestId: number; key: string; ip: string }
  | { kind: 'event'; event: MediaEvent }
  | { kind: 'states'; streams: StreamState[] }
  | { kind: 'log'; level: 'info' | 'warn' | 'error'; message: string; fields: LogFields }
