/**
 * Texts that the database cannot hold: those with a NUL, and those with half of a surrogate pair. They are stopped at the
 * edge like any other bad input, since further in they would be a fault.
 */
export function unstorablePathIn(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? [] : null
  if (typeof value !== 'object' || value === null) return null
  for (const [key, each] of Object.entries(value)) {
    // The way is put together backwards, so that good input, which is nearly all, costs nothing.
    const found = unstorablePathIn(key) ?? unstorablePathIn(each)
    if (found !== null) return [key, ...found]
  }
  return null
}
