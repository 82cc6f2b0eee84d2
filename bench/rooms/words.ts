/** What the bench says to its helpers, and what they answer. */
export type Kind = 'ours' | 'ws' | 'socket.io'

export type ServerCommand =
  | { do: 'open'; talkers: number }
  | { do: 'weigh' }
  | { do: 'load'; commentsPerSecond: number; rooms?: number }
  | { do: 'rest' }
  | { do: 'stop' }

export interface ServerReport {
  told: string
  port: number
  topic: string
  cookies: string[]
  rssBytes: number
  cpuUs: number
  published: number
  /** Reliable messages that were sent to the room since the load began. */
  reliable: number
  loopP99Ms: number
}

export type ViewerCommand =
  | {
      do: 'join'
      kind: Kind
      port: number
      topic: string
      count: number
      /** The first of them are signed in and talk. */
      cookies: readonly string[]
      withinMs?: number
      /** Spread over so many topics: `topic:0`, `topic:1`, … */
      rooms?: number
    }
  | { do: 'talk'; commentsPerSecond: number }
  /** Everything from here on is counted anew, but for reliable messages, of which each must come. */
  | { do: 'count' }
  | { do: 'report' }
  | { do: 'stop' }

export interface ViewerReport {
  told: string
  joined: number
  joinP99Ms: number
  seconds: number
  said: number
  sayP99Ms: number
  comments: number
  counters: number
  dropped: number
  p50Ms: number
  p99Ms: number
  reliableP99Ms: number
  /** Since the beginning, and since the count. */
  reliable: number
  reliableHeard: number
  wrongReliable: number
  cpuUs: number
}
