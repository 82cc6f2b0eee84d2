import type { Currency, Minor } from '#contract/money'
import { type FrozenLine, forfeitLines, freezePending, settledOfSession, thawLines } from '#money/commissions'
import { accounts, type Posting, payableOf, postJournals, withoutZeros } from '#money/ledger'
import type { Tx } from '#platform/database'
import { newId } from '#platform/ids'
import { done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import { changed } from './settle-orders.ts'
import {
  availableOfParty,
  endFreeze,
  type FreezeRow,
  insertEntries,
  insertFreeze,
  lockFreeze,
  lockParty,
} from './store.ts'

export interface Frozen {
  /** Of what could have been paid out. */
  availableMinor: Minor
  /** Of what still waited for its day. */
  pendingMinor: Minor
}

/**
 * Takes what a party has earned out of his hands until it is decided what he did: all of it, or what he earned in one session
 * (of what is available then, as much as is still there). Nothing is lost and nothing is ours yet. The same id again answers null
 * and changes nothing.
 */
export async function freezeEarnings(
  tx: Tx,
  wish: { id: string; partyId: string; currency: Currency; reason: string; sessionId?: string | null },
): Promise<Frozen | null> {
  const { id, partyId, currency } = wish
  const sessionId = wish.sessionId ?? null
  await lockParty(tx, partyId)
  const openMinor = Math.max(0, await availableOfParty(tx.db, partyId, currency))
  const availableMinor =
    sessionId === null ? openMinor : Math.min(openMinor, await settledOfSession(tx.db, { partyId, sessionId }))
  if (!(await insertFreeze(tx, { ...wish, amountMinor: availableMinor }))) return null
  const lines = await freezePending(tx, { partyId, freezeId: id, sessionId })
  const pendingMinor = netOf(lines)
  await post(tx, 'earnings.frozen', wish, [
    { account: payableOf(partyId, 'available'), amountMinor: availableMinor },
    { account: payableOf(partyId, 'pending'), amountMinor: pendingMinor },
    { account: payableOf(partyId, 'frozen'), amountMinor: -(availableMinor + pendingMinor) },
  ])
  if (availableMinor > 0) await addEntry(tx, { ...wish, kind: 'frozen', amountMinor: -availableMinor })
  changed(tx, [wish], 'frozen')
  return { availableMinor, pendingMinor }
}

/** It was nothing, or an appeal was upheld: what was frozen stands where it stood. Again changes nothing. */
export async function thawEarnings(
  tx: Tx,
  of: { id: string; partyId: string },
): Promise<Outcome<null, 'not_found' | 'freeze_ended'>> {
  const freeze = await openFreeze(tx, of, 'thawed')
  if (!freeze.ok || freeze.value === null) return freeze.ok ? done(null) : freeze
  const { amountMinor, partyId } = freeze.value
  const pendingMinor = netOf(await thawLines(tx, { partyId, freezeId: of.id }))
  await post(tx, 'earnings.unfrozen', freeze.value, [
    { account: payableOf(partyId, 'frozen'), amountMinor: amountMinor + pendingMinor },
    { account: payableOf(partyId, 'available'), amountMinor: -amountMinor },
    { account: payableOf(partyId, 'pending'), amountMinor: -pendingMinor },
  ])
  if (amountMinor > 0) await addEntry(tx, { ...freeze.value, kind: 'thawed', amountMinor })
  changed(tx, [of], 'available')
  return done(null)
}

/**
 * Nobody appealed, or the appeal was refused: what was frozen goes to us as a penalty, or to the fund from which buyers are
 * compensated. Its lines have earned nothing. Again changes nothing.
 */
export async function forfeitEarnings(
  tx: Tx,
  of: { id: string; partyId: string; to?: 'penalty' | 'compensation' },
): Promise<Outcome<null, 'not_found' | 'freeze_ended'>> {
  const freeze = await openFreeze(tx, of, 'forfeited')
  if (!freeze.ok || freeze.value === null) return freeze.ok ? done(null) : freeze
  const { amountMinor, partyId } = freeze.value
  const totalMinor = amountMinor + netOf(await forfeitLines(tx, { partyId, freezeId: of.id }))
  await post(tx, 'earnings.forfeited', freeze.value, [
    { account: payableOf(partyId, 'frozen'), amountMinor: totalMinor },
    {
      account: of.to === 'compensation' ? accounts.compensationFund : accounts.revenuePenalty,
      amountMinor: -totalMinor,
    },
  ])
  changed(tx, [of], 'frozen')
  return done(null)
}

/** Null when it ended like this before. */
async function openFreeze(
  tx: Tx,
  of: { id: string; partyId: string },
  state: 'thawed' | 'forfeited',
): Promise<Outcome<FreezeRow | null, 'not_found' | 'freeze_ended'>> {
  const freeze = await lockFreeze(tx, of.partyId, of.id)
  if (freeze === null) return refuse('not_found')
  if (freeze.state !== 'frozen') return freeze.state === state ? done(null) : refuse('freeze_ended')
  await endFreeze(tx, { ...of, state })
  return done(freeze)
}

function netOf(lines: readonly FrozenLine[]): Minor {
  return lines.reduce((sum, line) => sum + line.amountMinor - line.reversedMinor, 0)
}

async function post(
  tx: Tx,
  kind: 'earnings.frozen' | 'earnings.unfrozen' | 'earnings.forfeited',
  freeze: { id: string; partyId: string; currency: Currency },
  postings: Posting[],
): Promise<void> {
  const moved = withoutZeros(postings)
  // Who has earned nothing has nothing to lose: the freeze stands all the same.
  if (moved.length === 0) return
  const { currency } = freeze
  const cause = `${kind}:${freeze.partyId}:${freeze.id}`
  mustBeDone(await postJournals(tx, [{ id: newId(), kind, cause, currency, orderId: null, postings: moved }]))
}

async function addEntry(
  tx: Tx,
  of: { id: string; partyId: string; currency: Currency; kind: 'frozen' | 'thawed'; amountMinor: Minor },
): Promise<void> {
  const { partyId, kind, amountMinor, currency } = of
  const cause = `${kind}:${of.id}`
  await insertEntries(tx, [{ partyId, cause, kind, orderId: null, orderNumber: null, amountMinor, currency }])
}
