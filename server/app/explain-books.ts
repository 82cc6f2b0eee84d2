/**
 * Any balance explained: from an account to its journals, from a journal to the lines of orders it comes from.
 *
 * Asks several modules for one answer, which none of them may: it belongs to the composition, as the auditor does.
 */
import { explainJournal, getAccount, listAccounts } from '#contract/books'
import { commissionsOfOrders } from '#money/commissions'
import { feesOfOrders } from '#money/fees'
import { accountPage, accountsOnLine, journalById, payableOf } from '#money/ledger'
import { lineNoOfCause, payoutLinesOf } from '#money/settlements'
import { agencyNamesOf } from '#people/agencies'
import { namesOf } from '#people/identity'
import { shopNamesOf } from '#people/merchants'
import type { App } from '#platform/app'
import type { Db } from '#platform/database'
import { type Route, route } from '#platform/http'
import { isId } from '#platform/ids'
import { done, refuse } from '#platform/outcome'
import { supplierNamesOf } from '#supply/procurement'
import { orderFacts, orderNumbersOf } from '#trade/orders'
import { type NamedPart, type OrderBooks, partsOf } from './journal-parts.ts'

/** A payout with more lines is read page by page where payouts are listed. */
const payoutLinesShownMax = 200

export function explainBooksRoutes(app: App): Route[] {
  const { db } = app.database
  return [
    route(listAccounts, async ({ query: { line, cursor, limit } }) => {
      const rows = await accountsOnLine(db, { line, after: cursor ?? null, limit })
      const owners = await ownersOf(
        db,
        rows.map(({ account }) => account),
      )
      return done({
        items: rows.map((row) => ({ ...row, ownerName: owners(row.account) })),
        next: rows.length === limit ? (rows.at(-1)?.account ?? null) : null,
      })
    }),
    route(getAccount, async ({ query: { account, cursor, limit } }) => {
      const page = await accountPage(db, { account, before: placeIn(cursor), limit })
      const { entries, accountClass } = page
      const [owners, numbers] = await Promise.all([
        ownersOf(db, [account]),
        orderNumbersOf(
          db,
          entries.flatMap(({ orderId }) => orderId ?? []),
        ),
      ])
      const last = entries.at(-1)
      return done({
        account,
        line: accountClass.account,
        name: accountClass.name,
        kind: accountClass.kind,
        ownerName: owners(account),
        currency: app.config.currency,
        balanceMinor: page.balanceMinor,
        entries: {
          items: entries.map(({ cause: _, at, ...entry }) => ({
            ...entry,
            at: at.toString(),
            orderNumber: numbers.get(entry.orderId ?? '') ?? null,
          })),
          next: last && entries.length === limit ? `${last.journalId}~${last.no}~${page.beforeMinor}` : null,
        },
      })
    }),
    route(explainJournal, async ({ params, query }) => {
      const journal = await journalById(db, { id: params.id, orderId: query.orderId ?? null })
      if (journal === null) return refuse('not_found')
      const forOrderId = query.orderId ?? null
      const aboutId = journal.orderId ?? forOrderId
      const [order, named] = await Promise.all([
        aboutId === null ? null : orderBooks(db, aboutId),
        partsOfPayout(db, journal.cause),
      ])
      const parts = partsOf(journal, journal.postings, { order, named })
      const orderIds = [
        ...[journal.orderId, forOrderId, ...journal.postings.map((posting) => posting.orderId ?? null)],
        ...parts.flat().map((part) => part.orderId),
      ].flatMap((id) => id ?? [])
      const [owners, numbers] = await Promise.all([
        ownersOf(
          db,
          journal.postings.map(({ account }) => account),
        ),
        orderNumbersOf(db, [...new Set(orderIds)]),
      ])
      const numberOf = (id: string | null | undefined) => numbers.get(id ?? '') ?? null
      const { id, kind, cause, orderId, at, morePostings } = journal
      return done({
        currency: journal.currency,
        journal: {
          ...{ id, kind, cause, orderId, at: at.toString(), orderNumber: numberOf(orderId), forOrderId, morePostings },
          isBatch: orderId === null && journal.postings.some((posting) => posting.orderId != null),
        },
        postings: journal.postings.map((posting, index) => ({
          account: posting.account,
          ownerName: owners(posting.account),
          amountMinor: posting.amountMinor,
          orderId: posting.orderId ?? null,
          orderNumber: numberOf(posting.orderId),
          parts: (parts[index] ?? []).map((part) => ({
            ...part,
            orderNumber: numberOf(part.orderId),
            title:
              part.orderId === order?.orderId
                ? (order?.lines.find(({ no }) => no === part.lineNo)?.title ?? null)
                : null,
          })),
        })),
      })
    }),
  ]
}

async function orderBooks(db: Db, orderId: string): Promise<OrderBooks | null> {
  const [facts, commissions, fees] = await Promise.all([
    orderFacts(db, orderId),
    commissionsOfOrders(db, [orderId]),
    feesOfOrders(db, [orderId]),
  ])
  return facts === null ? null : { ...facts, commissions, fees }
}

/** A payout is made of the entries that it pays. */
async function partsOfPayout(db: Db, cause: string): Promise<NamedPart[]> {
  const [, partyId = '', id = ''] = /^payout\.closed:([^:]+):([^:]+)$/.exec(cause) ?? []
  if (!isId(partyId) || !isId(id)) return []
  const lines = await payoutLinesOf(db, { partyId, id, limit: payoutLinesShownMax })
  const account = payableOf(partyId, 'available')
  return lines.map(({ cause: of, sentence, orderId, amountMinor }) => ({
    ...{ account, what: sentence, orderId, lineNo: lineNoOfCause(of), amountMinor },
  }))
}

/** Who owns each of these accounts: a person, an agency, a shop, a supplier. */
async function ownersOf(db: Db, accounts: readonly string[]): Promise<(account: string) => string | null> {
  const idOf = (account: string) =>
    /^(?:wallet|coins|payable|deposit)(?::supplier)?:([0-9a-f-]{36})(?::|$)/.exec(account)?.[1]
  const ids = [...new Set(accounts.flatMap((account) => idOf(account) ?? []))].filter(isId)
  if (ids.length === 0) return () => null
  const [people, agencies, shops, suppliers] = await Promise.all([
    namesOf(db, ids),
    agencyNamesOf(db, ids),
    shopNamesOf(db, ids),
    supplierNamesOf(db, ids),
  ])
  return (account) => {
    const id = idOf(account) ?? ''
    return people.get(id)?.name ?? agencies.get(id) ?? shops.get(id)?.zh ?? suppliers.get(id)?.zh ?? null
  }
}

/** A cursor of another form begins at the start rather than failing. */
function placeIn(cursor: string | undefined): { journalId: string; no: number; balanceMinor: number } | null {
  const [journalId, no = '', balance = '', more] = (cursor ?? '').split('~')
  if (!isId(journalId) || !/^\d{1,5}$/.test(no) || !/^-?\d{1,15}$/.test(balance) || more !== undefined) return null
  const place = Number(no)
  return place > 32_000 ? null : { journalId, no: place, balanceMinor: Number(balance) }
}
