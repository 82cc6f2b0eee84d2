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
  /** A winner has said where his prize goes. */
  | {
      name: 'prize.claimed'
      drawId: string
      entryId: string
      personId: string
      skuId: string
      title: string
      addressId: string
      shipTo: { recipient: string; phone: string; province: string; city: string; district: string; street: string }
    }
  /** Claimed by comments in rooms whose hosts hold what is claimed. */
  | {
      name: 'claims.held'
      claims: {
        id: string
        roomId: string
        sessionId: string
        creatorId: string
        roomTitle: string
        personId: string
        skuId: string
        units: number
        title: { en: string; zh: string }
      }[]
    }
