/** What can happen to somebody's standing. */
export type TrustEvent =
  | {
      name: 'violation.recorded'
      violationId: string
      creatorId: string
      rule: string
      severity: 'minor' | 'serious' | 'severe'
      /** The broadcast in which it was seen, if it was one. */
      sessionId: string | null
      activeViolations: number
    }
  /** It weighs no more: a moderator closed it, an appeal was upheld, or its time is over. */
  | {
      name: 'violation.closed'
      violationId: string
      creatorId: string
      outcome: 'closed' | 'upheld' | 'expired'
      activeViolations: number
    }
  /** Nothing can be said against it any more. */
  | {
      name: 'violation.final'
      violationId: string
      creatorId: string
      outcome: 'not_appealed' | 'appeal_rejected'
    }
