/** What both ways of sending have in common. */
export type Way = 'webrtc' | 'websocket'

/** Why the server does not take a broadcast; in the server's own words. */
export type PublishRefusal =
  | 'bad_key'
  | 'banned'
  | 'no_session'
  | 'busy'
  | 'full'
  | 'unavailable'
  | 'codec_unsupported'
  | 'bad_offer'

export interface Tracks {
  video: MediaStreamTrack
  audio: MediaStreamTrack | null
}

export interface Connection {
  way: Way
  /** Settles when it is over, whoever ended it. */
  closed: Promise<void>
  replaceVideo(track: MediaStreamTrack): Promise<void>
  stop(): void
}

/** `blocked`: this way does not get through, another may. */
export type Connecting = { connection: Connection } | { refused: PublishRefusal } | 'blocked'

export const pictureBitsPerSecond = 1_800_000
export const soundBitsPerSecond = 96_000
export const framesPerSecond = 30
