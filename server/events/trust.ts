/** What can happen to somebody's standing. */
export type TrustEvent =
  | {
      name: 'violation.recorded'
      violationId: string
      creatorId: string
      rule: string
      severity: 'minor' | 'serious' | 'severe'
      activeViolations: number
    }
  | { name: 'violation.closed'; violationId: string; creatorId: string; activeViolations: number }
