import {
  getPayoutFile,
  listMyWithdrawals,
  listPayoutFiles,
  listWithdrawals,
  makePayoutFile as makePayoutFileEndpoint,
  noteWithdrawalResult,
  requestWithdrawal as requestWithdrawalEndpoint,
  reviewWithdrawal as reviewWithdrawalEndpoint,
  setWithdrawalRule,
} from '#contract/finance'
import { providersOf } from '#money/payments'
import { namesOf } from '#people/identity'
import type { App } from '#platform/app'
import { inTransaction, personOf } from '#platform/database'
import { cursorOf, positionIn, type Route, route } from '#platform/http'
import { done, refuse } from '#platform/outcome'
import {
  filesPage,
  findFile,
  insertRule,
  type PayoutFile,
  ruleAt,
  rulesOf,
  withdrawalsOfFile,
  withdrawalsPage,
} from './store.ts'
import { makePayoutFile, noteWithdrawalEnd, requestWithdrawal, reviewWithdrawal } from './withdraw.ts'
import { maskedAccount, type PaysBy, payoutFileOf, type Rule, type Withdrawal } from './withdrawal.ts'

const rulesShownMax = 20

export function withdrawalsRoutes(app: App): Route[] {
  const { db } = app.database
  const mayPayOut = providersOf(app).all.some(({ payOut }) => payOut !== null)
  const paysByOf = (wanted: PaysBy): PaysBy => (mayPayOut ? wanted : 'file')
  const { currency } = app.config
  const fileView = ({ madeAt, ...file }: PayoutFile) => ({
    ...file,
    currency: file.currency === '' ? currency : (file.currency as typeof currency),
    madeAt: madeAt.toString(),
  })
  return [
    route(listMyWithdrawals, async ({ actor, query }) => {
      const wanted = { personId: personOf(actor), before: positionIn(query.cursor), limit: query.limit }
      const [rule, rows] = await Promise.all([ruleAt(db, app.clock.now()), withdrawalsPage(db, wanted)])
      return done({
        terms: ruleView(rule),
        currency,
        withdrawals: { items: rows.map(viewOf), next: nextOf(rows, query.limit) },
      })
    }),
    route(requestWithdrawalEndpoint, async ({ actor, body }) => {
      const personId = personOf(actor)
      const personName = (await namesOf(db, [personId])).get(personId)?.name ?? ''
      const wish = { ...body, personId, personName, currency, paysBy: paysByOf('provider') }
      const outcome = await inTransaction(app, actor, (tx) => requestWithdrawal(tx, wish))
      return outcome.ok ? done({ withdrawal: viewOf(outcome.value) }) : outcome
    }),
    route(listWithdrawals, async ({ query }) => {
      const filter = query.state ? { state: query.state } : {}
      const [rule, rules, rows] = await Promise.all([
        ruleAt(db, app.clock.now()),
        rulesOf(db, rulesShownMax),
        withdrawalsPage(db, { ...filter, before: positionIn(query.cursor), limit: query.limit }),
      ])
      const items = rows.map((row) => ({ ...viewOf(row), personId: row.personId, personName: row.personName }))
      return done({
        terms: ruleView(rule),
        rules: rules.map(ruleView),
        currency,
        paysByProvider: mayPayOut,
        items,
        next: nextOf(rows, query.limit),
      })
    }),
    route(reviewWithdrawalEndpoint, async ({ actor, params, body }) => {
      // Who is refused has a right to know why.
      if (body.decision === 'refused' && body.note === '') return refuse('answer_missing')
      const review = { id: params.id, ...body, paysBy: paysByOf(body.paysBy), by: personOf(actor) }
      const outcome = await inTransaction(app, actor, (tx) => reviewWithdrawal(tx, review))
      return outcome.ok ? done({ withdrawal: viewOf(outcome.value) }) : outcome
    }),
    route(noteWithdrawalResult, async ({ actor, params, body }) => {
      if (body.result === 'failed' && body.note === '') return refuse('answer_missing')
      const end = { id: params.id, state: body.result, note: body.note }
      const outcome = await inTransaction(app, actor, (tx) => noteWithdrawalEnd(tx, end))
      return outcome.ok ? done({ withdrawal: viewOf(outcome.value) }) : outcome
    }),
    route(makePayoutFileEndpoint, async ({ actor, body }) => {
      const outcome = await inTransaction(app, actor, (tx) => makePayoutFile(tx, { ...body, by: personOf(actor) }))
      return outcome.ok ? done({ file: fileView(outcome.value) }) : outcome
    }),
    route(listPayoutFiles, async ({ query }) => {
      const rows = await filesPage(db, { before: positionIn(query.cursor), limit: query.limit })
      const last = rows.at(-1)
      const next = last && rows.length === query.limit ? cursorOf(last.madeAt, last.id) : null
      return done({ items: rows.map(fileView), next })
    }),
    route(getPayoutFile, async ({ params }) => {
      const file = await findFile(db, params.id)
      if (file === null) return refuse('not_found')
      const bytes = Buffer.from(payoutFileOf(await withdrawalsOfFile(db, file.id)))
      return done({ bytes, name: `${file.number}.csv` })
    }),
    route(setWithdrawalRule, async ({ actor, body }) => {
      const validFrom = Temporal.Instant.from(body.validFrom)
      if (body.feeMinor >= body.minimumMinor) return refuse('fee_above_minimum')
      // The past was decided under the rules that held then.
      if (Temporal.Instant.compare(validFrom, app.clock.now()) < 0) return refuse('rule_in_the_past')
      const outcome = await inTransaction(app, actor, async (tx) =>
        (await insertRule(tx, { ...body, validFrom }, personOf(actor))) ? done(null) : refuse('rule_is_there'),
      )
      return outcome.ok ? done({ rules: (await rulesOf(db, rulesShownMax)).map(ruleView) }) : outcome
    }),
  ]
}

function ruleView({ validFrom, ...rule }: Rule) {
  return { ...rule, validFrom: validFrom.toString() }
}

function viewOf(withdrawal: Withdrawal) {
  const { id, number, amountMinor, feeMinor, currency, holder, bank, state, paysBy, note, fileId } = withdrawal
  return {
    ...{ id, number, amountMinor, feeMinor, currency, holder, bank, state, paysBy, note, fileId },
    account: maskedAccount(withdrawal.account),
    requestedAt: withdrawal.requestedAt.toString(),
    endedAt: withdrawal.endedAt?.toString() ?? null,
  }
}

function nextOf(rows: readonly Withdrawal[], limit: number): string | null {
  const last = rows.at(-1)
  return last && rows.length === limit ? cursorOf(last.requestedAt, last.id) : null
}
