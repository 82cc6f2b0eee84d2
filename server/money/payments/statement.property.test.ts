import fc from 'fast-check'
import { expect, test } from 'vitest'
import { currencies } from '#contract/money'
import { parseStatement, type StatementLine, statementHeader, statementKinds, writeStatement } from './statement.ts'

const line: fc.Arbitrary<StatementLine> = fc.record({
  kind: fc.constantFrom(...statementKinds),
  reference: fc.uuid(),
  providerReference: fc.stringMatching(/^[a-z0-9_-]{0,40}$/),
  amountMinor: fc.integer({ min: 1, max: 9_000_000_000 }),
  feeMinor: fc.nat(1_000_000),
  currency: fc.constantFrom(...currencies),
  at: fc
    .integer({ min: 0, max: 4_000_000_000 })
    .map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1_000)),
})

test('what is written is read as it was', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const read = parseStatement(writeStatement(lines))
      if (!read.ok) throw new Error(`unreadable: ${JSON.stringify(read.params)}`)
      expect(read.value.map((each) => ({ ...each, at: String(each.at) }))).toEqual(
        lines.map((each) => ({ ...each, at: String(each.at) })),
      )
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  ['', 1],
  ['type,amount\n', 1],
  [`${statementHeader}\npayment,a,b,1,0,CNY,2026-01-01T00:00:00Z\npayment,a,b,-1,0,CNY,2026-01-01T00:00:00Z\n`, 3],
  [`${statementHeader}\nchargeback,a,b,1,0,CNY,2026-01-01T00:00:00Z\n`, 2],
  [`${statementHeader}\npayment,a,b,1.5,0,CNY,2026-01-01T00:00:00Z\n`, 2],
  [`${statementHeader}\npayment,a,b,1,0,XYZ,2026-01-01T00:00:00Z\n`, 2],
  [`${statementHeader}\npayment,a,b,1,0,CNY,yesterday\n`, 2],
  [`${statementHeader}\npayment,a,b,1,0,CNY,2026-01-01T00:00:00Z,more\n`, 2],
])('%j is refused whole, and the line is named', (text, line) => {
  expect(parseStatement(text)).toEqual({ ok: false, code: 'statement_unreadable', params: { line } })
})

test('Windows writes its own line ends, and a mark at the front', () => {
  const text = `\uFEFF${statementHeader}\r\npayment,a,b,100,1,CNY,2026-01-01T00:00:00Z\r\n`
  expect(parseStatement(text)).toMatchObject({ ok: true, value: [{ amountMinor: 100, feeMinor: 1 }] })
})
