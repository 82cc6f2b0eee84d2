import * as contract from '#contract/deposits'
import { balanceOf, depositOf } from '#money/ledger'
import { isCreator, leftAmong } from '#people/creators'
import { findShop, shopOf } from '#people/merchants'
import { allLevels, insertLevel, levelAt } from '#people/sureties'
import type { App } from '#platform/app'
import { type Actor, inTransaction, personOf, type Tx } from '#platform/database'
import { cursorOf, positionIn, type Route, route } from '#platform/http'
import { done, type Outcome, refuse } from '#platform/outcome'
import { chargeDeposit, type Party, returnDeposit, topUpDeposit } from './hold-deposit.ts'
import { type Movement, movementsPage } from './store.ts'

const levelsShownMax = 40

export function depositsRoutes(app: App): Route[] {
  const { db } = app.database
  const { currency } = app.config
  /** The party that somebody speaks for; what is not his looks as if it were missing. */
  const mine = async (actor: Actor, kind: Party['kind']): Promise<Party | null> => {
    const personId = personOf(actor)
    if (kind === 'creator') return (await isCreator(db, personId)) ? { id: personId, kind } : null
    const shop = await shopOf(db, personId)
    return shop === null ? null : { id: shop.id, kind }
  }
  const known = async (party: Party): Promise<Party | null> => {
    const isThere = party.kind === 'creator' ? await isCreator(db, party.id) : (await findShop(db, party.id)) !== null
    return isThere ? party : null
  }
  const hasLeft = async (party: Party): Promise<boolean> =>
    party.kind === 'creator'
      ? (await leftAmong(db, [party.id], app.clock.now())).has(party.id)
      : (await findShop(db, party.id))?.closedAt != null
  const depositView = async (party: Party) => {
    const [heldMinor, level, left] = await Promise.all([
      balanceOf(db, depositOf(party.id)),
      levelAt(db, party.kind, app.clock.now()),
      hasLeft(party),
    ])
    const neededMinor = level?.minorMin ?? 0
    return { currency, heldMinor, neededMinor, missingMinor: Math.max(0, neededMinor - heldMinor), hasLeft: left }
  }
  const view = async (party: Party, query: { cursor?: string | undefined; limit: number }) => {
    const rows = await movementsPage(db, { partyId: party.id, before: positionIn(query.cursor), limit: query.limit })
    const last = rows.at(-1)
    const next = last && rows.length === query.limit ? cursorOf(last.at, last.id) : null
    return done({ deposit: await depositView(party), movements: { items: rows.map(movementView), next } })
  }
  const move = async <Code extends string>(
    actor: Actor,
    party: Party,
    run: (tx: Tx) => Promise<Outcome<Movement, Code>>,
  ) => {
    const moved = await inTransaction(app, actor, run)
    return moved.ok ? done({ deposit: await depositView(party), movement: movementView(moved.value) }) : moved
  }
  return [
    route(contract.getMyDeposit, async ({ actor, query }) => {
      const party = await mine(actor, query.of)
      return party === null ? refuse('not_found') : view(party, query)
    }),
    route(contract.topUpMyDeposit, async ({ actor, body: { id, of, amountMinor } }) => {
      const party = await mine(actor, of)
      if (party === null) return refuse('not_found')
      const wish = { id, party, currency, amountMinor, personId: personOf(actor) }
      return move(actor, party, (tx) => topUpDeposit(tx, wish))
    }),
    route(contract.returnMyDeposit, async ({ actor, body: { id, of } }) => {
      const party = await mine(actor, of)
      if (party === null) return refuse('not_found')
      const left = await hasLeft(party)
      return move(actor, party, (tx) => returnDeposit(tx, { id, party, currency, hasLeft: left }))
    }),
    route(contract.getDeposit, async ({ params, query }) => {
      const party = await known(params)
      return party === null ? refuse('not_found') : view(party, query)
    }),
    route(contract.chargeDeposit, async ({ actor, params, body }) => {
      const party = await known(params)
      if (party === null) return refuse('not_found')
      return move(actor, party, (tx) => chargeDeposit(tx, { ...body, party, currency }))
    }),
    route(contract.listDepositLevels, async () => done({ currency, levels: await levels() })),
    route(contract.setDepositLevel, async ({ actor, body }) => {
      const effectiveFrom = Temporal.Instant.from(body.effectiveFrom)
      const set = await inTransaction(app, actor, async (tx) => {
        if (Temporal.Instant.compare(effectiveFrom, tx.now.subtract({ minutes: 1 })) < 0)
          return refuse('rule_in_the_past')
        return (await insertLevel(tx, { ...body, effectiveFrom })) === 1 ? done(null) : refuse('rule_is_there')
      })
      return set.ok ? done({ levels: await levels() }) : set
    }),
  ]

  async function levels() {
    const rows = await allLevels(db, levelsShownMax)
    return rows.map(({ effectiveFrom, ...level }) => ({ ...level, effectiveFrom: effectiveFrom.toString() }))
  }
}

function movementView({ id, kind, amountMinor, owedMinor, currency, reason, at }: Movement) {
  return { id, kind, amountMinor, owedMinor, currency, reason, at: at.toString() }
}
