export const addressesMax = 20

export interface Address {
  id: string
  recipient: string
  phone: string
  province: string
  city: string
  district: string
  street: string
  isDefault: boolean
}

export type OwnedAddress = Address & { ownerId: string }

/** Who has addresses has a default: the first one is it, and it stays until another one is made it. */
export function becomesDefault(wish: { id: string; isDefault: boolean }, present: readonly Address[]): boolean {
  const current = present.find((address) => address.isDefault)
  return wish.isDefault || current === undefined || current.id === wish.id
}

/** The lowest free place; null when all are taken. */
export function freeSlot(taken: readonly number[]): number | null {
  for (let slot = 1; slot <= addressesMax; slot++) if (!taken.includes(slot)) return slot
  return null
}
