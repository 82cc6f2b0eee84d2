import type { z } from 'zod'
import type { sentGift } from '#contract/gifts'
import type { Currency } from '#contract/money'
import { sessionInRoom } from '#live/rooms'
import { giveCoins, lockCoins } from '#money/coins'
import type { PublicName } from '#people/identity'
import { minorsAmong, verifiedAmong } from '#people/verification'
import { businessDayOf } from '#platform/clock'
import type { Tx } from '#platform/database'
import { assert, done, type Outcome, refuse } from '#platform/outcome'
import { listedAmong } from '#trust/blacklist'
import { decideGift, type SendGiftRefusal } from './gift.ts'
import {
  addContributions,
  addToDay,
  comboSoFar,
  findGift,
  findSend,
  insertSend,
  loadLimits,
  nextNumber,
  type SendRow,
  spentOn,
} from './store.ts'

export type SentGift = z.input<typeof sentGift>

export interface GiftWish {
  /** Made by the asker: the same id again is the same batch, however many units it holds. */
  id: string
  roomId: string
  personId: string
  giftId: string
  units: number
  comboId: string
}

export interface GivenGift {
  send: SendRow
  isNew: boolean
  coinsLeft: number
  coinsLeftToday: number
}

/**
 * Gives a batch of one gift. Locks the giver's coins first, so that all he does is in a row; then holds the session as it is, so
 * that it cannot end under the gift; the session's number comes last, since the whole room waits for it.
 */
export async function sendGift(
  tx: Tx,
  wish: GiftWish,
  of: { timeZone: string; currency: Currency },
): Promise<Outcome<GivenGift, SendGiftRefusal | 'id_reused'>> {
  const day = businessDayOf(tx.now, of.timeZone)
  const coins = await lockCoins(tx, wish.personId)
  const earlier = await findSend(tx.db, wish.id)
  const [spentToday, dayLimit] = await Promise.all([spentOn(tx.db, wish.personId, day), dayLimitOf(tx, wish.personId)])
  if (earlier !== null) {
    if (!isSame(earlier, wish)) return refuse('id_reused')
    return done({ send: earlier, isNew: false, coinsLeft: coins, coinsLeftToday: Math.max(0, dayLimit - spentToday) })
  }
  const session = await sessionInRoom(tx, wish.roomId)
  const decided = decideGift(
    {
      session,
      gift: await findGift(tx.db, wish.giftId),
      coins,
      spentToday,
      dayLimit,
      isMinor: (await minorsAmong(tx.db, [wish.personId], tx.now)).has(wish.personId),
      isBlacklisted: (await listedAmong(tx.db, { personIds: [wish.personId], what: 'give' }, tx.now)).has(
        wish.personId,
      ),
    },
    wish,
  )
  if (!decided.ok) return decided
  assert(session !== null, 'a gift that is given has its session')
  const { sessionId, creatorId } = session
  const spend = { coins: decided.value.coins, personId: wish.personId }

  if (!(await addToDay(tx, { ...spend, day, limitCoins: dayLimit }))) {
    return refuse('gift_limit', { limitCoins: dayLimit, leftCoins: Math.max(0, dayLimit - spentToday) })
  }
  const given = await giveCoins(tx, { ...spend, id: wish.id, creatorId, currency: of.currency })
  if (!given.ok) return refuse('coins_too_low', { neededCoins: spend.coins, coins })
  await addContributions(tx, [{ ...spend, roomId: wish.roomId, day }])
  const { roomId, personId, giftId, units, comboId } = wish
  const comboUnits = units + (await comboSoFar(tx.db, { comboId, personId, sessionId, giftId }))
  const number = await nextNumber(tx, sessionId)
  await insertSend(tx, { ...wish, sessionId, creatorId, number, coins: spend.coins, comboUnits, day })
  const send = await findSend(tx.db, wish.id)
  assert(send !== null && send.roomId === roomId, 'a gift that was written is there')
  return done({
    send,
    isNew: true,
    coinsLeft: coins - spend.coins,
    coinsLeftToday: dayLimit - spentToday - spend.coins,
  })
}

/** Who has not shown who he is may be a child with a borrowed phone, and gives less. */
export async function dayLimitOf(tx: Pick<Tx, 'db' | 'now'>, personId: string): Promise<number> {
  const [limits, verified] = await Promise.all([loadLimits(tx.db, tx.now), verifiedAmong(tx.db, [personId])])
  return verified.has(personId) ? limits.dayCoins : limits.dayCoinsUnverified
}

function isSame(earlier: SendRow, wish: GiftWish): boolean {
  return (
    earlier.personId === wish.personId &&
    earlier.roomId === wish.roomId &&
    earlier.giftId === wish.giftId &&
    earlier.units === wish.units
  )
}

export function shownGift(send: SendRow, names: ReadonlyMap<string, PublicName>): SentGift {
  const who = names.get(send.personId)
  return {
    number: send.number,
    id: send.id,
    sessionId: send.sessionId,
    personId: send.personId,
    name: who?.name ?? '',
    avatar: who?.avatar ?? null,
    giftId: send.giftId,
    picture: send.picture,
    giftName: send.giftName,
    effect: send.effect,
    units: send.units,
    comboUnits: send.comboUnits,
    comboId: send.comboId,
    coins: send.coins,
    at: send.at.toString(),
    thanked: send.thankedAt !== null,
  }
}
