import { type Currency, decimalsOf, type Minor } from '#contract/money'
import type { App } from '#platform/app'
import { businessDayOf, businessMonth } from '#platform/clock'
import { sentences } from './sentences.ts'
import {
  availableAt,
  entrySums,
  firstEntryAt,
  payoutSum,
  type Span,
  type StatementRow,
  statementPage,
} from './store.ts'

export interface Statement {
  month: string
  currency: Currency
  from: Temporal.Instant
  until: Temporal.Instant
  openingMinor: Minor
  items: { kind: string; name: { en: string; zh: string }; count: number; amountMinor: Minor }[]
  closingMinor: Minor
}

/** An entry names its order line in its cause: `sale:<order>:<line>`, `reversal:<refund>:<line>:<party kind>`. */
export function lineNoOfCause(cause: string): number | null {
  const no = /^(?:sale|commission|reserve|reversal)[a-z_]*:[^:]+:(\d{1,6})(?::[a-z]+)?$/.exec(cause)?.[1]
  return no === undefined ? null : Number(no)
}

/** A statement lists so many months, the latest first. */
const monthsShownMax = 60
/** Lines of a statement's file; a party with more of them asks the API, page by page. */
export const fileLinesMax = 20_000

type Of = { partyId: string; month: string }
type At = Pick<App, 'config' | 'database' | 'clock'>

/**
 * A month of a party: what it had available at first, what came and went, and what it had at last. All of it is read from entries and
 * payouts, which never change, so a month that is over says the same for ever.
 */
export async function statementOf(app: At, of: Of): Promise<Statement> {
  const { db } = app.database
  const span = spanOf(app, of)
  const [openingMinor, sums, payouts] = await Promise.all([
    availableAt(db, { ...span, at: span.from }),
    entrySums(db, span),
    payoutSum(db, span),
  ])
  const items: Statement['items'] = sums.map((sum) => ({ ...sum, name: kindNames[sum.kind] }))
  if (payouts.count > 0)
    items.push({
      kind: 'payout',
      name: { en: 'Paid out', zh: '提现' },
      count: payouts.count,
      amountMinor: -payouts.amountMinor,
    })
  const closingMinor = openingMinor + items.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const { from, until, currency } = span
  return { month: of.month, currency, from, until, openingMinor, items, closingMinor }
}

const kindNames: Record<keyof typeof sentences, { en: string; zh: string }> = {
  commission: { en: 'Commission', zh: '佣金' },
  reserve_kept: { en: 'Kept back for refunds', zh: '退款准备金' },
  reserve_returned: { en: 'Returned from the reserve', zh: '退款准备金返还' },
  reversal: { en: 'Commission of refunds', zh: '退款扣回佣金' },
  gifts: { en: 'Gifts', zh: '礼物收入' },
  gift_returned: { en: 'Gifts given back', zh: '礼物退还' },
  charge: { en: 'Charges', zh: '违约扣款' },
  deposit_returned: { en: 'Deposit given back', zh: '保证金退还' },
  payout_failed: { en: 'Payouts that came back', zh: '提现退回' },
  sale: { en: 'Sales', zh: '货款' },
  sale_commission: { en: 'Commission of creators', zh: '达人佣金' },
  sale_fees: { en: 'Fees', zh: '服务费' },
  sale_tax: { en: 'Tax on fees', zh: '服务费税金' },
  sale_reversal: { en: 'Refunds', zh: '退款扣回' },
  frozen: { en: 'Frozen', zh: '冻结' },
  thawed: { en: 'Given back', zh: '解冻' },
}

/** The months of a party up to now, the latest first. */
export async function monthsOf(app: At, partyId: string): Promise<string[]> {
  const now = monthOf(app, app.clock.now())
  const first = await firstEntryAt(app.database.db, partyId)
  const months: string[] = []
  let month = Temporal.PlainYearMonth.from(now)
  const earliest = Temporal.PlainYearMonth.from(first === null ? now : monthOf(app, first))
  while (months.length < monthsShownMax && Temporal.PlainYearMonth.compare(month, earliest) >= 0) {
    months.push(month.toString())
    month = month.subtract({ months: 1 })
  }
  return months
}

export function monthOf(app: Pick<App, 'config'>, instant: Temporal.Instant): string {
  return businessDayOf(instant, app.config.timeZone).toPlainYearMonth().toString()
}

/** The lines of a month, newest first. */
export async function statementLines(
  app: At,
  of: Of & { kind: string | null; cursor: string | undefined; limit: number },
): Promise<{ lines: ReturnType<typeof lineOf>[]; next: string | null }> {
  const before = placeIn(of.cursor)
  const rows = await statementPage(app.database.db, { ...spanOf(app, of), kind: of.kind, before, limit: of.limit })
  const last = rows.at(-1)
  const next = last && rows.length === of.limit ? `${last.at.toString()}~${last.cause}` : null
  return { lines: rows.map(lineOf), next }
}

function lineOf(row: StatementRow) {
  return {
    kind: row.kind,
    sentence: sentences[row.kind](row.orderNumber ?? ''),
    orderId: row.orderId,
    orderNumber: row.orderNumber,
    lineNo: lineNoOfCause(row.cause),
    amountMinor: row.amountMinor,
    currency: row.currency,
    at: row.at.toString(),
    payoutNumber: row.payoutNumber,
  }
}

/** A cursor of another form begins at the start rather than failing. */
function placeIn(cursor: string | undefined): { at: string; cause: string } | null {
  const match = /^([12]\d{3}-\d\d-\d\dT[\d:.]{5,24}Z)~([a-z_]+:[0-9a-z_:-]{1,150})$/.exec(cursor ?? '')
  if (match === null) return null
  try {
    return { at: Temporal.Instant.from(match[1] ?? '').toString(), cause: match[2] ?? '' }
  } catch {
    return null
  }
}

function spanOf(app: Pick<App, 'config'>, { partyId, month }: Of): Span {
  return { partyId, currency: app.config.currency, ...businessMonth(month, app.config.timeZone) }
}

/** All lines of a month, oldest first, as rows of a table. */
export async function statementRows(app: At, of: Of): Promise<string[][]> {
  const rows = await statementPage(app.database.db, {
    ...spanOf(app, of),
    kind: null,
    before: null,
    limit: fileLinesMax,
  })
  return rows
    .toReversed()
    .map((row) => [
      businessDayOf(row.at, app.config.timeZone).toString(),
      row.kind,
      row.orderNumber ?? '',
      String(lineNoOfCause(row.cause) ?? ''),
      decimals(row.amountMinor),
      row.currency,
      row.payoutNumber ?? '',
    ])
}

const decimals = (amountMinor: Minor) => `${amountMinor < 0 ? '-' : ''}${decimalsOf(Math.abs(amountMinor))}`
