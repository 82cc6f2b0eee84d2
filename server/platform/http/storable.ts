/**
 * Texts that the database cannot hold: those with a NUL, and those with half of a surrogate pair. They are stopped at the
 * edge like any other bad input, since further in they would be a fault.
 */
export function unstorablePathIn(value: unknown, path: readonly string[] = []): readonly string[] | null {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? path : null
  if (typeof value !== 'object' || value === null) return null
  for (const [key, each] of Object.entries(value)) {
    const at = [...path, key]
    const found = unstorablePathIn(key, at) ?? unstorablePathIn(each, at)
    if (found !== null) return found
  }
  return null
}
