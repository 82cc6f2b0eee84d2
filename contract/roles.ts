/** What a person may act as. One login may hold several; each request names the one it acts in, or gets the first that fits. */
export const roles = [
  'buyer',
  'creator',
  'agency',
  'merchant',
  'supplier',
  'warehouse',
  'support',
  'operations',
  'finance',
  'moderator',
  'admin',
  'auditor',
] as const

export type Role = (typeof roles)[number]

/** Who works for the operator: their changes are written to the audit trail. */
export const operatorRoles = [
  'warehouse',
  'support',
  'operations',
  'finance',
  'moderator',
  'admin',
  'auditor',
] as const satisfies readonly Role[]
