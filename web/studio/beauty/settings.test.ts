import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gentle, looks, readSettings, sliders } from './settings.ts'

test('nothing remembered is the gentle beginning', () => {
  expect(readSettings(null)).toEqual(gentle)
})

test('what is remembered comes back', () => {
  const mine = { ...gentle, isOn: false, smooth: 3, lipColour: 'plum', lookName: 'film' }
  expect(readSettings(JSON.stringify(mine))).toEqual(mine)
})

test('whatever stands in the storage, each slider stays within its ends and each name is one that exists', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.object({ key: fc.constantFrom(...Object.keys(gentle)) }).map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(anything, (text) => {
      const read = readSettings(text)
      for (const slider of sliders) {
        expect(read[slider]).toBeGreaterThanOrEqual(0)
        expect(read[slider]).toBeLessThanOrEqual(100)
      }
      expect(Object.keys(looks)).toContain(read.lookName)
      expect(typeof read.isOn).toBe('boolean')
    }),
    { numRuns: 1_000 },
  )
})

const sumOfRow = (rows: readonly number[], row: number) =>
  rows.slice(row * 3, row * 3 + 3).reduce((sum, value) => sum + value, 0)

test('a look changes the mood, not how bright grey is', () => {
  for (const { rows, offset } of Object.values(looks)) {
    const grey = [0, 1, 2].map((row) => sumOfRow(rows, row) * 0.5 + (offset[row] ?? 0))
    const brightness = 0.299 * (grey[0] ?? 0) + 0.587 * (grey[1] ?? 0) + 0.114 * (grey[2] ?? 0)
    expect(Math.abs(brightness - 0.5)).toBeLessThan(0.05)
  }
})
