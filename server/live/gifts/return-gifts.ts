import type { Currency } from '#contract/money'
import { topicOf } from '#live/showcase'
import { cashOutCoins, lockCoins, returnCoins, worthOf } from '#money/coins'
import { noteMinor } from '#people/verification'
import type { Tx } from '#platform/database'
import { assert, done, mustBeDone, type Outcome, refuse } from '#platform/outcome'
import {
  type Contribution,
  findCase,
  insertCase,
  lockGiven,
  lowerContributions,
  type MinorCase,
  markReturned,
  type SendRow,
} from './store.ts'

/** More gifts in one case are given back by a second case of the same time. */
export const giftsPerCaseMax = 1_000

export interface CaseWish {
  id: string
  personId: string
  from: Temporal.Instant
  until: Temporal.Instant
  note: string
  currency: Currency
}

/**
 * A minor gave: every gift of that time is taken back from everybody who had a part in it and leaves the top lists, his coins
 * become money in the wallet again, also those that he has not spent, and from now on he gives nothing. Once per id.
 */
export async function openMinorCase(
  tx: Tx,
  wish: CaseWish,
  openedBy: string | null,
): Promise<Outcome<MinorCase, 'window_empty' | 'id_reused'>> {
  if (Temporal.Instant.compare(wish.from, wish.until) >= 0) return refuse('window_empty')
  // Who opens the same case at the same time waits here, and finds it open.
  await lockCoins(tx, wish.personId)
  const earlier = await findCase(tx.db, wish.id)
  if (earlier !== null) return earlier.personId === wish.personId ? done(earlier) : refuse('id_reused')

  await noteMinor(tx, wish.personId)
  const given = await lockGiven(tx, { ...wish, limit: giftsPerCaseMax })
  await takeBack(tx, given)
  const giftCoins = given.reduce((sum, send) => sum + send.coins, 0)
  const coins = await lockCoins(tx, wish.personId)
  const { id, personId, currency } = wish
  if (coins > 0) mustBeDone(await cashOutCoins(tx, { id, personId, coins, currency }))
  const { from, until, note } = wish
  await insertCase(
    tx,
    { id, personId, from, until, note, currency, gifts: given.length, giftCoins, refundedMinor: worthOf(coins) },
    openedBy,
  )
  const opened = await findCase(tx.db, id)
  assert(opened !== null, 'a case that was opened is there')
  return done(opened)
}

/** All shares are reversed and the top lists corrected; the rooms are told to look at theirs again. */
async function takeBack(tx: Tx, given: readonly SendRow[]): Promise<void> {
  if (given.length === 0) return
  await returnCoins(
    tx,
    given.map((send) => send.id),
  )
  const lists = Map.groupBy(given, (send) => `${send.roomId} ${send.day.toString()} ${send.personId}`)
  const changes = [...lists.values()].flatMap((sends): Contribution[] => {
    const [one] = sends
    return one === undefined ? [] : [{ ...one, coins: sends.reduce((sum, send) => sum + send.coins, 0) }]
  })
  await lowerContributions(tx, changes)
  await markReturned(
    tx,
    given.map((send) => send.id),
  )
  for (const roomId of new Set(given.map((send) => send.roomId))) tx.tell(topicOf(roomId), { kind: 'gifts_returned' })
}
