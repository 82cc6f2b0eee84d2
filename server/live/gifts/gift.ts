import { done, type Outcome, refuse } from '#platform/outcome'

export interface CatalogueGift {
  id: string
  name: { en: string; zh: string }
  picture: string
  coins: number
  effect: 'small' | 'wide' | 'grand'
}

/** Places of the top list that a room shows. */
export const rankingShown = 20
/** Gifts that one question for what was missed answers. */
export const gapGiftsMax = 200

export type SendGiftRefusal =
  | 'not_found'
  | 'room_not_live'
  | 'own_room' // Nobody lifts himself up the list with his own money.
  | 'minor_may_not'
  | 'blacklisted'
  | 'gift_limit'
  | 'coins_too_low'

/** What is known, under locks, when a gift is decided. */
export interface GiftState {
  session: { creatorId: string; isOnAir: boolean } | null
  gift: CatalogueGift | null
  coins: number
  spentToday: number
  dayLimit: number
  isMinor: boolean
  isBlacklisted: boolean
}

/** Whether the gift is given, and what it costs. */
export function decideGift(
  state: GiftState,
  wish: { personId: string; units: number },
): Outcome<{ coins: number }, SendGiftRefusal> {
  const { session, gift } = state
  if (session === null || gift === null) return refuse('not_found')
  if (!session.isOnAir) return refuse('room_not_live')
  if (session.creatorId === wish.personId) return refuse('own_room')
  if (state.isMinor) return refuse('minor_may_not')
  if (state.isBlacklisted) return refuse('blacklisted')
  const coins = gift.coins * wish.units
  const left = Math.max(0, state.dayLimit - state.spentToday)
  if (coins > left) return refuse('gift_limit', { limitCoins: state.dayLimit, leftCoins: left })
  if (coins > state.coins) return refuse('coins_too_low', { neededCoins: coins, coins: state.coins })
  return done({ coins })
}
