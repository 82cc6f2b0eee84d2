import type { Currency, Minor } from '#contract/money'
import {
  accounts,
  depositOf,
  type JournalKind,
  lockBalances,
  type Posting,
  payableOf,
  postJournals,
  walletOf,
  withoutZeros,
} from '#money/ledger'
import { lockParty, noteEarnings, sumsOf } from '#money/settlements'
import { noteHeld, type SuretyKind } from '#people/sureties'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { decideCharge, decideReturn, type ReturnRefusal } from './deposit.ts'
import { findMovement, insertMovement, type Movement } from './store.ts'

export interface Party {
  id: string
  kind: SuretyKind
}

interface Wish {
  id: string
  party: Party
  currency: Currency
}

/** From the wallet of who acts for the party into its deposit. The same id again is the same top-up. */
export async function topUpDeposit(
  tx: Tx,
  wish: Wish & { personId: string; amountMinor: Minor },
): Promise<Outcome<Movement, 'id_reused' | 'balance_too_low'>> {
  const { party, amountMinor, currency } = wish
  await lockParty(tx, party.id)
  const earlier = await findMovement(tx.db, party.id, wish.id)
  if (earlier !== null) {
    return earlier.kind === 'top_up' && earlier.amountMinor === amountMinor ? done(earlier) : refuse('id_reused')
  }
  const posted = await post(tx, 'deposit.topped_up', wish, [
    { account: walletOf(wish.personId), amountMinor },
    { account: depositOf(party.id), amountMinor: -amountMinor },
  ])
  if (!posted.ok) return posted
  return done(
    await note(tx, wish, { kind: 'top_up', amountMinor, owedMinor: 0, reason: 'top_up', violationId: null, currency }),
  )
}

/**
 * The party has to answer for something: what the deposit holds of it goes to us as a penalty, or to the fund of harmed buyers; what
 * it lacks is taken from what the party has available, which may fall below zero and is netted from what it earns next.
 */
export async function chargeDeposit(
  tx: Tx,
  wish: Wish & { amountMinor: Minor; to: 'penalty' | 'compensation'; reason: string; violationId: string | null },
): Promise<Outcome<Movement, 'id_reused'>> {
  const { party, currency, amountMinor } = wish
  await lockParty(tx, party.id)
  const earlier = await findMovement(tx.db, party.id, wish.id)
  if (earlier !== null) {
    const isSame = earlier.kind === 'charge' && earlier.owedMinor - earlier.amountMinor === amountMinor
    return isSame ? done(earlier) : refuse('id_reused')
  }
  const { fromDepositMinor, owedMinor } = decideCharge({ amountMinor, heldMinor: await held(tx, party) })
  mustBeDone(
    await post(tx, 'deposit.charged', wish, [
      { account: depositOf(party.id), amountMinor: fromDepositMinor },
      { account: payableOf(party.id, 'available'), amountMinor: owedMinor },
      {
        account: wish.to === 'compensation' ? accounts.compensationFund : accounts.revenuePenalty,
        amountMinor: -amountMinor,
      },
    ]),
  )
  if (owedMinor > 0)
    await noteEarnings(tx, [
      {
        ...{ partyId: party.id, cause: `charge:${wish.id}`, kind: 'charge', amountMinor: -owedMinor, currency },
        reference: null,
      },
    ])
  const { reason, violationId } = wish
  return done(
    await note(tx, wish, {
      kind: 'charge',
      amountMinor: 0 - fromDepositMinor,
      owedMinor,
      reason,
      violationId,
      currency,
    }),
  )
}

/** The party has left: its deposit becomes available to it and is paid out as what it earned is, less what it owes. */
export async function returnDeposit(
  tx: Tx,
  wish: Wish & { hasLeft: boolean },
): Promise<Outcome<Movement, 'id_reused' | ReturnRefusal>> {
  const { party, currency } = wish
  await lockParty(tx, party.id)
  const earlier = await findMovement(tx.db, party.id, wish.id)
  if (earlier !== null) return earlier.kind === 'return' ? done(earlier) : refuse('id_reused')
  const sums = await sumsOf(tx.db, party.id)
  const decided = decideReturn({
    hasLeft: wish.hasLeft,
    heldMinor: await held(tx, party),
    waitingMinor: sums.pendingMinor + sums.reserveMinor + sums.frozenMinor,
  })
  if (!decided.ok) return decided
  const { amountMinor } = decided.value
  mustBeDone(
    await post(tx, 'deposit.returned', wish, [
      { account: depositOf(party.id), amountMinor },
      { account: payableOf(party.id, 'available'), amountMinor: -amountMinor },
    ]),
  )
  await noteEarnings(tx, [
    {
      ...{ partyId: party.id, cause: `deposit_returned:${wish.id}`, kind: 'deposit_returned', amountMinor, currency },
      reference: null,
    },
  ])
  return done(
    await note(tx, wish, {
      ...{ kind: 'return', amountMinor: 0 - amountMinor, owedMinor: 0, reason: 'left', violationId: null, currency },
    }),
  )
}

async function held(tx: Tx, party: Party): Promise<Minor> {
  return (await lockBalances(tx, [depositOf(party.id)])).get(depositOf(party.id)) ?? 0
}

function post(
  tx: Tx,
  kind: JournalKind & `deposit.${string}`,
  { id, party, currency }: Wish,
  postings: Posting[],
): Promise<Outcome<unknown, 'balance_too_low'>> {
  const cause = `${kind}:${party.id}:${id}`
  return postJournals(tx, [{ id: newId(), kind, cause, currency, orderId: null, postings: withoutZeros(postings) }])
}

/** What was posted is written down, and told to those who ask at gates. */
async function note(
  tx: Tx,
  { id, party }: Wish,
  movement: Omit<Movement, 'id' | 'partyId' | 'partyKind' | 'at'>,
): Promise<Movement> {
  await insertMovement(tx, { id, partyId: party.id, partyKind: party.kind, ...movement })
  await noteHeld(tx, party.id, await held(tx, party))
  if (party.kind === 'creator') tx.tell(`person:${party.id}`, { kind: 'gate' })
  const written = await findMovement(tx.db, party.id, id)
  assert(written !== null, 'what was just written is there')
  return written
}
