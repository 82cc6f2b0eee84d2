/** What can happen on air. */
export type LiveEvent =
  | {
      name: 'session.started'
      sessionId: string
      roomId: string
      creatorId: string
      title: string
      creatorName: string
      creatorAvatar: string | null
    }
  /** Over, or taken back before it began. */
  | { name: 'session.ended'; sessionId: string; roomId: string; creatorId: string; state: 'ended' | 'banned' }
