/** The words of stock and its pure decisions. */
import { assert, done, type Outcome, refuse } from '#platform/outcome'

export type OwnerKind = 'platform' | 'brand' | 'supplier'
export interface Owner {
  kind: OwnerKind
  id: string
}
export type MovementKind = 'received' | 'allocated' | 'released' | 'shipped' | 'adjusted' | 'reserved' | 'unreserved'

export interface Balance {
  onHand: number
  allocated: number
  reserved: number
  valueMinor: number
}

export interface Movement {
  kind: MovementKind
  /** Without a sign; only an adjustment may be negative. */
  units: number
  valueMinor: number
}

export const emptyBalance: Balance = { onHand: 0, allocated: 0, reserved: 0, valueMinor: 0 }

export function availableOf(balance: Omit<Balance, 'valueMinor'>): number {
  return balance.onHand - balance.allocated - balance.reserved
}

/** The fold: a balance is what its movements, in any order, add up to. */
export function afterMovement(balance: Balance, { kind, units, valueMinor }: Movement): Balance {
  const next = { ...balance, valueMinor: balance.valueMinor + valueMinor }
  switch (kind) {
    case 'received':
    case 'adjusted':
      next.onHand += units
      break
    case 'allocated':
      next.allocated += units
      break
    case 'released':
      next.allocated -= units
      break
    case 'shipped':
      next.onHand -= units
      next.allocated -= units
      break
    case 'reserved':
      next.reserved += units
      break
    case 'unreserved':
      next.reserved -= units
      break
  }
  return next
}

/** The same, unless there would be less than nothing of something. */
export function decideMovement(balance: Balance, movement: Movement): Outcome<Balance, 'sold_out' | 'below_allocated'> {
  const next = afterMovement(balance, movement)
  if (next.onHand < 0 || next.allocated < 0 || next.reserved < 0 || availableOf(next) < 0) {
    return refuse(movement.kind === 'allocated' || movement.kind === 'reserved' ? 'sold_out' : 'below_allocated')
  }
  assert(next.valueMinor >= 0 && (next.onHand > 0 || next.valueMinor === 0), 'units on hand carry all of the value')
  return done(next)
}

/**
 * What so many units cost at the moving average, half up. The last unit takes what is left, so that no fen stays behind
 * on an empty shelf and the inventory account is always the sum of the values on hand.
 */
export function averageCostOf({ onHand, valueMinor }: Pick<Balance, 'onHand' | 'valueMinor'>, units: number): number {
  assert(units > 0 && units <= onHand, 'no more is taken than is there')
  const [value, part, whole] = [BigInt(valueMinor), BigInt(units), BigInt(onHand)]
  return Number((value * part * 2n + whole) / (whole * 2n))
}

/** The cause of what an order line ships or gives back; of what it holds where it was allocated by itself. */
export function allocationCause(orderId: string, lineNo: number): string {
  return `order:${orderId}:${lineNo}`
}

/** The cause of what all orders of one commit of the desk take from a shelf together. */
export function batchCause(batchId: string): string {
  return `batch:${batchId}`
}
