import { expect, test } from 'vitest'
import type { BagItem, Room } from '../../client/index.ts'
import { afterMessage, commentsMax, reloaded, type ShownComment, stateOf, withComment } from './room.ts'

const text = { en: 'Lipstick', zh: '口红' }
const item = (id: string, skus: [string, number][]): BagItem => ({
  id,
  position: 0,
  productId: `p-${id}`,
  title: text,
  picture: 'a.webp',
  priceMinor: 7_900,
  listPriceMinor: null,
  currency: 'CNY',
  unitsLeft: skus.reduce((sum, [, units]) => sum + units, 0),
  soldOut: false,
  pinned: false,
  skus: skus.map(([skuId, unitsLeft]) => ({ id: skuId, label: text, priceMinor: 7_900, unitsLeft })),
})

const room = (changed: Partial<Room> = {}): Room => ({
  id: 'r1',
  title: 'Room',
  cover: 'c.webp',
  state: 'live',
  sessionId: 's1',
  startedAt: null,
  host: { creatorId: 'c1', name: 'Mian', handle: 'mian', avatar: null, followers: 10, followedByMe: false },
  cohost: null,
  playback: { hls: '/a', lowLatencyHls: '/b', whep: null },
  viewers: 1,
  likes: 2,
  bag: [item('i1', [['k1', 2], ['k2', 3]]), item('i2', [['k3', 1]])], // biome-ignore format: pairs read best in a row.
  pinnedItemId: null,
  comments: [],
  attribution: null,
  topic: 'room:r1',
  topicNumber: 5,
  operatorName: 'Hawker',
  sellerName: text,
  stoppedReason: null,
  pinnedComment: null,
  slowSeconds: 0,
  isDemo: false,
  ...changed,
})

const comment = (id: string, more: Partial<ShownComment> = {}): ShownComment => ({
  id,
  personId: 'x',
  name: 'Lin',
  text: id,
  at: '2026-01-01T00:00:00Z',
  productId: null,
  isHelper: false,
  isAnswered: false,
  replyTo: null,
  isHost: false,
  isQuestion: false,
  ...more,
})

test('at most one product is pinned, and none when the host pins nothing', () => {
  const pinned = afterMessage(stateOf(room()), { kind: 'pinned', itemId: 'i2' }, 6)
  expect(pinned.room.pinnedItemId).toBe('i2')
  expect(pinned.room.bag.map((each) => each.pinned)).toEqual([false, true])
  expect(afterMessage(pinned, { kind: 'pinned', itemId: null }, 7).room.bag.some((each) => each.pinned)).toBe(false)
})

test('stock falls to the last unit and then the item is sold out', () => {
  const state = afterMessage(stateOf(room()), { kind: 'stock', skus: [{ skuId: 'k1', unitsLeft: 0 }] }, 6)
  expect(state.room.bag[0]).toMatchObject({ unitsLeft: 3, soldOut: false })
  const gone = afterMessage(state, { kind: 'stock', skus: [{ skuId: 'k2', unitsLeft: 0 }] }, 7)
  expect(gone.room.bag[0]).toMatchObject({ unitsLeft: 0, soldOut: true })
  expect(gone.room.bag[1]).toMatchObject({ unitsLeft: 1, soldOut: false })
})

test('a price that changes is the price of the card too', () => {
  const state = afterMessage(stateOf(room()), { kind: 'price', skus: [{ skuId: 'k2', priceMinor: 5_000 }] }, 6)
  expect(state.room.bag[0]?.priceMinor).toBe(5_000)
})

test('when the picture comes back its address is asked for', () => {
  const away = afterMessage(stateOf(room()), { kind: 'picture', arriving: false }, 6)
  expect(away.room.playback).toBeNull()
  expect(away.wantsPlayback).toBe(false)
  const back = afterMessage(away, { kind: 'picture', arriving: true }, 7)
  expect(back.wantsPlayback).toBe(true)
  expect(reloaded(back, room({ topicNumber: 7 }))).toMatchObject({ wantsPlayback: false, number: 7 })
})

test('a reload that is older than what was told changes nobody but the reader', () => {
  const state = afterMessage(stateOf(room()), { kind: 'pinned', itemId: 'i1' }, 9)
  const late = reloaded(state, room({ topicNumber: 5, host: { ...room().host, followedByMe: true } }))
  expect(late.room.pinnedItemId).toBe('i1')
  expect(late.room.host.followedByMe).toBe(true)
  expect(late.number).toBe(9)
})

test('the own comment stands once, and the list stays short', () => {
  const mine = withComment([], comment('a', { mine: true, state: 'sending' }))
  const told = withComment(mine, comment('a'))
  expect(told).toEqual([comment('a', { mine: true })])
  let many: readonly ShownComment[] = told
  for (let index = 0; index < 300; index++) many = withComment(many, comment(`c${index}`))
  expect(many).toHaveLength(commentsMax)
  expect(many.at(-1)?.id).toBe('c299')
})

test('what a newer server tells is counted and otherwise left alone', () => {
  const state = afterMessage(stateOf(room()), { kind: 'fireworks' } as never, 6)
  expect(state).toMatchObject({ number: 6, room: room() })
})
