import { createHash } from 'node:crypto'
import {
  askSoon,
  feeOf,
  type Payment,
  type PaymentProvider,
  parseStatement,
  paymentsByIds,
  providersOf,
  refundsByIds,
  settlePayments,
  settleRefunds,
  unsettledPayments,
  unsettledRefunds,
} from '#money/payments'
import { payoutsByIds } from '#money/settlements'
import { withdrawalsByIds } from '#money/withdrawals'
import type { App } from '#platform/app'
import { type Actor, inTransaction, personOf, systemActor, type Tx, transact } from '#platform/database'
import { isId, newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome } from '#platform/outcome'
import { type About, decideMatch, type Ours } from './match.ts'
import {
  fetchedUntil,
  findStatement,
  insertBreaks,
  insertLines,
  insertStatement,
  type LineRow,
  lockBrokenLines,
  lockNewLines,
  matchedAmong,
  type NewBreak,
  noteLines,
  resolveBreaks,
  resolveBreaksOfLines,
  type StatementRow,
} from './store.ts'

/** Lines that one bite matches, and rows of ours that it looks for. */
export const matchBite = 500
const insertBite = 5_000

/** Brings a statement file. The same file again is the same statement, and books nothing twice. */
export async function bringStatement(
  app: Pick<App, 'database'>,
  actor: Actor,
  file: {
    provider: string
    name: string
    text: string
    span: { from: Temporal.Instant; until: Temporal.Instant } | null
  },
): Promise<Outcome<{ statement: StatementRow; isNew: boolean }, 'statement_unreadable'>> {
  const parsed = parseStatement(file.text)
  if (!parsed.ok) return parsed
  const lines = parsed.value
  const { provider, name, span } = file
  const sha256 = createHash('sha256')
    .update(span === null ? '' : `${span.from} ${span.until}\n`)
    .update(file.text)
    .digest()
  return inTransaction(app, actor, async (tx) => {
    const importedBy = actor.kind === 'person' ? personOf(actor) : null
    const from = span?.from ?? null
    const until = span?.until ?? null
    const { id, isNew } = await insertStatement(tx, {
      ...{ id: newId(), provider, name, sha256, from, until, importedBy },
      lines: lines.length,
    })
    const numbered = lines.map((line, index) => ({ ...line, no: index + 1 }))
    for (let at = 0; isNew && at < numbered.length; at += insertBite)
      await insertLines(tx, id, numbered.slice(at, at + insertBite))
    const statement = await findStatement(tx.db, id)
    assert(statement !== null, 'a statement that was brought is there')
    return done({ statement, isNew })
  })
}

/**
 * The daily work: fetches each statement that is due, holds its lines against what we have, books what the providers paid us, and
 * notes what stands on one side only. Takes one bite; answers whether there is more.
 */
export async function reconcile(app: App): Promise<{ more: boolean; statements: number; matched: number }> {
  let statements = 0
  for (const provider of providersOf(app).all) if (await fetchNext(app, provider)) statements++
  const look = await transact(app, (tx) => matchLines(app, tx, lockNewLines))
  if (statements === 0 && look.lines < matchBite) {
    look.matched += (await transact(app, (tx) => matchLines(app, tx, lockBrokenLines))).matched
    for (const provider of providersOf(app).all) await noteMissing(app, provider)
  }
  return { more: statements > 0 || look.lines === matchBite, statements, matched: look.matched }
}

/** One business day at a time, in order, each once it is over. */
async function fetchNext(app: App, provider: PaymentProvider): Promise<boolean> {
  if (provider.statementOf === null) return false
  const { db } = app.database
  const now = app.clock.now()
  let from = await fetchedUntil(db, provider.name)
  if (from === null) {
    // Nothing was fetched yet: begin with the day of the first payment that is not settled.
    const [first] = await unsettledPayments(db, { provider: provider.name, before: now, limit: 1 })
    if (first?.decidedAt == null) return false
    from = startOfDay(first.decidedAt, app.config.timeZone)
  }
  const day = from.toZonedDateTimeISO(app.config.timeZone)
  const until = day.add({ days: 1 }).startOfDay().toInstant()
  if (Temporal.Instant.compare(until, now) > 0) return false
  const span = { from, until }
  try {
    const text = await provider.statementOf(span)
    if (text === null) return false
    const name = `${provider.name}-${day.toPlainDate()}.csv`
    mustBeDone(await bringStatement(app, systemActor, { provider: provider.name, name, text, span }))
    return true
  } catch (error) {
    app.log.warn({ err: error, provider: provider.name }, 'a statement could not be fetched; the next run asks again')
    return false
  }
}

function startOfDay(instant: Temporal.Instant, timeZone: string): Temporal.Instant {
  return instant.toZonedDateTimeISO(timeZone).startOfDay().toInstant()
}

/** Holds lines against what we have; settles what matches, notes what does not. */
async function matchLines(
  app: App,
  tx: Tx,
  lock: (tx: Tx, limit: number) => Promise<LineRow[]>,
): Promise<{ lines: number; matched: number }> {
  const lines = await lock(tx, matchBite)
  if (lines.length === 0) return { lines: 0, matched: 0 }
  const ours = await oursOf(app, tx, lines)
  const breaks: NewBreak[] = []
  const noted: (LineRow & { matchedId: string | null })[] = []
  for (const line of lines) {
    const own = ours.get(`${line.kind} ${line.reference}`) ?? null
    const found = decideMatch(line, own)
    // A second line about the same, in the same bite, meets it as taken.
    if (own !== null && found.isMatched) own.isMatched = true
    noted.push({ ...line, matchedId: found.isMatched ? (own?.id ?? null) : null })
    const { provider, statementId, no: lineNo, kind: about, reference, currency } = line
    if (found.break !== null) {
      const cause = `line:${statementId}:${lineNo}:${found.break.kind}`
      breaks.push({ id: newId(), cause, ...found.break, provider, about, reference, statementId, lineNo, currency })
      if (found.break.kind === 'not_taken_by_us' && about === 'payment' && own !== null) await askSoon(tx, own.id)
    }
  }
  await noteLines(tx, noted)
  await insertBreaks(tx, breaks)
  const matched = noted.filter(({ matchedId }) => matchedId !== null)
  const of = (kind: About) => matched.filter((line) => line.kind === kind)
  await settlePayments(
    tx,
    of('payment').map(({ reference, feeMinor }) => ({ paymentId: reference, feeMinor })),
  )
  await settleRefunds(
    tx,
    of('refund').map(({ reference }) => reference),
  )
  const note = 'A later look found both sides.'
  for (const kind of ['payment', 'refund', 'payout'] as const) {
    const references = of(kind).map(({ reference }) => reference)
    await resolveBreaks(tx, kind, references, note)
  }
  await resolveBreaksOfLines(tx, matched, note)
  return { lines: lines.length, matched: matched.length }
}

/** What we have of what these lines speak of. */
async function oursOf(app: App, tx: Tx, lines: readonly LineRow[]): Promise<Map<string, Ours>> {
  const ids = (kind: About) => [
    ...new Set(lines.filter((line) => line.kind === kind && isId(line.reference)).map(({ reference }) => reference)),
  ]
  const providers = providersOf(app)
  const ours = new Map<string, Ours>()
  const payments = await paymentsByIds(tx.db, ids('payment'))
  for (const { id, provider, amountMinor, currency, state, settledAt } of payments) {
    const rule = providers.by(provider)?.fee
    const feeMinor = rule ? feeOf(rule, amountMinor) : 0
    const own = { id, provider, amountMinor, currency, feeMinor, hasSucceeded: state === 'succeeded' }
    ours.set(`payment ${id}`, { ...own, isMatched: settledAt !== null })
  }
  const refunds = await refundsByIds(tx.db, ids('refund'))
  const paid = await paymentsByIds(
    tx.db,
    refunds.map(({ paymentId }) => paymentId),
  )
  const providerOfPayment = new Map(paid.map((payment: Payment) => [payment.id, payment.provider]))
  for (const { id, paymentId, amountMinor, currency, state, settledAt } of refunds) {
    const provider = providerOfPayment.get(paymentId) ?? ''
    const own = { id, provider, amountMinor, currency, feeMinor: 0, hasSucceeded: state === 'succeeded' }
    ours.set(`refund ${id}`, { ...own, isMatched: settledAt !== null })
  }
  const payoutIds = ids('payout')
  const taken = await matchedAmong(tx.db, 'payout', payoutIds)
  const provider = lines[0]?.provider ?? ''
  for (const { id, amountMinor, currency, state } of await payoutsByIds(tx.db, payoutIds)) {
    const own = { id, provider, amountMinor, currency, feeMinor: 0, hasSucceeded: state === 'paid' }
    ours.set(`payout ${id}`, { ...own, isMatched: taken.has(id) })
  }
  for (const { id, amountMinor, feeMinor: ourFeeMinor, currency, state } of await withdrawalsByIds(tx.db, payoutIds)) {
    // The bank gets it less our fee, which is not the provider's.
    const own = { id, provider, amountMinor: amountMinor - ourFeeMinor, currency, feeMinor: 0 }
    ours.set(`payout ${id}`, { ...own, hasSucceeded: state === 'paid', isMatched: taken.has(id) })
  }
  return ours
}

/** What we took or gave back in days whose statements are here, and no line speaks of. */
async function noteMissing(app: App, provider: PaymentProvider): Promise<void> {
  const until = await fetchedUntil(app.database.db, provider.name)
  if (until === null) return
  await transact(app, async (tx) => {
    const wanted = { provider: provider.name, before: until, limit: matchBite }
    const [payments, refunds] = [await unsettledPayments(tx.db, wanted), await unsettledRefunds(tx.db, wanted)]
    const missing = [
      ...payments.map((each) => ({ ...each, about: 'payment' as const })),
      ...refunds.map((each) => ({ ...each, about: 'refund' as const })),
    ]
    await insertBreaks(
      tx,
      missing.map(({ id, about, amountMinor, currency }) => ({
        ...{ id: newId(), cause: `ours:${about}:${id}`, kind: 'unknown_to_provider' as const, about, currency },
        ...{ provider: provider.name, reference: id, statementId: null, lineNo: null },
        ...{ oursMinor: amountMinor, theirsMinor: null },
      })),
    )
  })
}
