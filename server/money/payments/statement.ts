/**
 * A provider's statement: what it took, gave back, paid out and kept in a day, as lines of a text.
 *
 *   type,reference,provider_reference,amount_minor,fee_minor,currency,at
 *   payment,018f…,pi_123,17900,107,CNY,2026-11-11T08:00:00Z
 *
 * `type` is payment, refund or payout; amounts are whole minor units, without a sign; `reference` is ours. Adapters write what
 * their providers tell in this form, and an operator may bring a file of it.
 */
import { type Currency, currencies } from '#contract/money'
import { done, type Outcome, refuse } from '#platform/outcome'

export const statementHeader = 'type,reference,provider_reference,amount_minor,fee_minor,currency,at'
export const statementLinesMax = 200_000
export const statementKinds = ['payment', 'refund', 'payout'] as const

export interface StatementLine {
  kind: (typeof statementKinds)[number]
  reference: string
  providerReference: string
  amountMinor: number
  feeMinor: number
  currency: Currency
  at: Temporal.Instant
}

export function writeStatement(lines: readonly StatementLine[]): string {
  const rows = lines.map(({ kind, reference, providerReference, amountMinor, feeMinor, currency, at }) =>
    [kind, reference, providerReference, amountMinor, feeMinor, currency, at.toString()].join(','),
  )
  return `${[statementHeader, ...rows].join('\n')}\n`
}

/** All of it or nothing: a file that is half understood would hide what was lost. Names the first line that is wrong. */
export function parseStatement(text: string): Outcome<StatementLine[], 'statement_unreadable'> {
  const rows = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (rows.at(-1) === '') rows.pop()
  if (rows[0]?.trim() !== statementHeader) return refuse('statement_unreadable', { line: 1 })
  if (rows.length - 1 > statementLinesMax) return refuse('statement_unreadable', { line: statementLinesMax + 2 })
  const lines: StatementLine[] = []
  for (const [index, row] of rows.slice(1).entries()) {
    const line = lineOf(row)
    if (line === null) return refuse('statement_unreadable', { line: index + 2 })
    lines.push(line)
  }
  return done(lines)
}

function lineOf(row: string): StatementLine | null {
  const [kind, reference, providerReference, amount, fee, currency, at, ...more] = row.split(',')
  if (more.length > 0 || at === undefined) return null
  const [amountMinor, feeMinor] = [wholeOf(amount), wholeOf(fee)]
  const instant = instantOf(at)
  if (amountMinor === null || amountMinor === 0 || feeMinor === null || instant === null) return null
  if (!statementKinds.some((each) => each === kind) || !currencies.some((each) => each === currency)) return null
  if (reference === undefined || reference.length > 100 || (providerReference ?? '').length > 200) return null
  return {
    kind: kind as StatementLine['kind'],
    reference,
    providerReference: providerReference ?? '',
    amountMinor,
    feeMinor,
    currency: currency as Currency,
    at: instant,
  }
}

function wholeOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,13}$/.test(text) ? Number(text) : null
}

function instantOf(text: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(text.trim())
  } catch {
    return null
  }
}
