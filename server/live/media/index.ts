/**
 * Media: what an encoder or a browser sends becomes something that browsers can watch, and a recording.
 *
 * Always true: who may publish is asked before a byte of media is kept; one encoder publishes a stream at a time; a
 * stream key is stored as its hash and written nowhere; pictures and sound are rewrapped, never decoded; what one peer
 * sends can end its own connection and nothing else; the media process ends with the server that started it.
 * Not here: which creator a key belongs to and what a session is (`live/rooms`), chat, and anything with a database. The
 * media process (`engine-main.ts`) imports this folder, Node, the WebRTC library and the WebSocket library alone.
 */
export type {
  AuthorizePublish,
  MediaCapabilities,
  MediaEngine,
  MediaEvent,
  PlaybackSource,
  PublishAnswer,
  PublishRefusal,
  PublishTarget,
  StreamState,
} from './media-engine.ts'
export { type BuiltInMediaEngine, type MediaEngineOptions, type MediaLog, startMediaEngine } from './engine.ts'
export type { ForeignEngineOptions, ForeignMediaEngine } from './foreign-engine.ts'
export { startNginxRtmp } from './nginx-rtmp.ts'
export { startMediaMtx } from './mediamtx.ts'
export { forwardMedia, forwardPublishSocket, forwardRtc, isPublishSocket } from './forward-media.ts'
export { createStreamKey, hashStreamKey, streamKeyLabel, streamKeyMatches } from './stream-key.ts'
export { type PublishLoop, publishLoop } from './rtmp-publisher.ts'
export { type CutClip, cutClip, removeClip } from './clip.ts'
export { readTimeline, removeRecording, type Timeline } from './timeline.ts'
export { madeUpFilm } from './made-up-film.ts'
