/** A room as a value, and what each message makes of it. Pure: the socket and the screen are elsewhere. */
import type { BagItem, Comment, FlashSaleView, Room, RoomMessage, RoomWhisper } from '../../client/index.ts'
import { withSale, withUnits } from './flash-state.ts'

/** Two elements each, some more: what a phone draws at 500 a second without sweating, and more than anybody scrolls back. */
export const commentsMax = 80

/** A comment of one's own stands there before the server has it. */
export type ShownComment = Comment & { state?: 'sending' | 'failed'; mine?: boolean }

export interface RoomState {
  room: Room
  /** Number of the last message in `room`. */
  number: number
  comments: readonly ShownComment[]
  viewers: number
  likes: number
  /** Who bought last; lossy, for the mood. */
  bought: Extract<RoomWhisper, { kind: 'bought' }> | null
  /** Flash sales of this room, the newest first; those that ended a moment ago too. */
  flash: readonly FlashSaleView[]
  /** When the last coupon was handed out here, by the number of its message. */
  couponNumber: number
  /** Until when it can be claimed. */
  couponUntil: string | null
  /** The picture came back: its address has to be asked for. */
  wantsPlayback: boolean
}

export function stateOf(room: Room): RoomState {
  return {
    room,
    number: room.topicNumber,
    comments: room.comments.slice(-commentsMax),
    viewers: room.viewers,
    likes: room.likes,
    bought: null,
    flash: [],
    couponNumber: 0,
    couponUntil: null,
    wantsPlayback: false,
  }
}

/** The same room loaded again: what concerns the reader is taken over, what concerns the room only if it is not older. */
export function reloaded(state: RoomState, room: Room): RoomState {
  if (room.topicNumber >= state.number) {
    const comments = room.comments.reduce((all, comment) => withComment(all, comment), state.comments)
    const { bought, flash, couponNumber, couponUntil } = state
    return { ...stateOf(room), comments, bought, flash, couponNumber, couponUntil }
  }
  const { host, cohost, attribution, playback } = room
  return { ...state, room: { ...state.room, host, cohost, attribution, playback }, wantsPlayback: false }
}

export function afterMessage(state: RoomState, message: RoomMessage, number: number): RoomState {
  const { room } = state
  const next = (changed: Partial<Room>, more: Partial<RoomState> = {}): RoomState => ({
    ...state,
    ...more,
    number,
    room: { ...room, ...changed },
  })
  switch (message.kind) {
    case 'session':
      return next(
        {
          state: message.state,
          sessionId: message.sessionId,
          stoppedReason: message.reason ?? null,
          ...(message.state === 'live' ? {} : { playback: null }),
        },
        { wantsPlayback: message.state === 'live' && room.playback === null },
      )
    case 'picture':
      return message.arriving ? next({}, { wantsPlayback: room.playback === null }) : next({ playback: null })
    case 'cohost':
      // Who he is and where his picture is has to be asked for; that he is gone is known.
      return message.state === 'joined'
        ? next({}, { wantsPlayback: true })
        : next({ cohost: room.cohost?.seatId === message.seatId ? null : room.cohost })
    case 'pinned':
      return next({
        pinnedItemId: message.itemId,
        bag: room.bag.map((item) => ({ ...item, pinned: item.id === message.itemId })),
      })
    case 'bag':
      return next({ bag: message.bag, pinnedItemId: message.bag.find((item) => item.pinned)?.id ?? null })
    case 'stock': {
      const left = new Map(message.skus.map((sku) => [sku.skuId, sku.unitsLeft]))
      return next({
        bag: room.bag.map((item) =>
          withSkus(item, (sku) => ({ ...sku, unitsLeft: left.get(sku.id) ?? sku.unitsLeft })),
        ),
      })
    }
    case 'price': {
      const prices = new Map(message.skus.map((sku) => [sku.skuId, sku.priceMinor]))
      return next({
        bag: room.bag.map((item) =>
          withSkus(item, (sku) => ({ ...sku, priceMinor: prices.get(sku.id) ?? sku.priceMinor })),
        ),
      })
    }
    case 'flash':
      return next({}, { flash: withSale(state.flash, message.sale) })
    case 'flashUnits':
      return next({}, { flash: withUnits(state.flash, message) })
    case 'coupon':
      return next({}, { couponNumber: number, couponUntil: message.until })
    case 'pinned_comment':
      return next({ pinnedComment: message.comment })
    case 'chat_rules':
      return next({ slowSeconds: message.slowSeconds })
    case 'hushed':
      // One's own stay: who is muted does not notice.
      return next({}, { comments: state.comments.filter((each) => each.mine || each.personId !== message.personId) })
    default:
      // A newer server may tell what this page does not know yet.
      return { ...state, number }
  }
}

function withSkus(item: BagItem, change: (sku: BagItem['skus'][number]) => BagItem['skus'][number]): BagItem {
  const skus = item.skus.map(change)
  const unitsLeft = skus.reduce((sum, sku) => sum + sku.unitsLeft, 0)
  return {
    ...item,
    skus,
    unitsLeft,
    soldOut: unitsLeft === 0,
    priceMinor: Math.min(...skus.map((sku) => sku.priceMinor)),
  }
}

/** Whispers may come twice, and one's own is there already. */
export function withComment(comments: readonly ShownComment[], comment: ShownComment): readonly ShownComment[] {
  const at = comments.findIndex((each) => each.id === comment.id)
  if (at >= 0) return comments.with(at, { ...comment, mine: comment.mine ?? comments[at]?.mine ?? false })
  return [...comments, comment].slice(-commentsMax)
}
