/** Where things stand in the bag. Pure. */

/** Moves one id to a place; everything else keeps its order. */
export function movedTo(ids: readonly string[], id: string, place: number): string[] {
  const others = ids.filter((each) => each !== id)
  if (others.length === ids.length) return [...ids]
  const at = Math.max(0, Math.min(place, others.length))
  return [...others.slice(0, at), id, ...others.slice(at)]
}

/** The bag in the order that was wished; what came meanwhile stands at the end, what is gone is gone. */
export function inOrder<Item extends { id: string }>(bag: readonly Item[], wished: readonly string[] | null): Item[] {
  if (wished === null) return [...bag]
  const place = new Map(wished.map((id, index) => [id, index]))
  return bag.toSorted((a, b) => (place.get(a.id) ?? wished.length) - (place.get(b.id) ?? wished.length))
}
