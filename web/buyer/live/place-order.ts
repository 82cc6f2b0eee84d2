/**
 * Places an order over the socket that a room holds open, and over HTTP when that gives no answer.
 *
 * Always true: both ways carry the same order id, which the server answers once; so whatever got lost on the way, there
 * is one order or none.
 */
import { api, codeOf, must, type PlacedOrder, theSocket } from '../../client/index.ts'

export interface OrderWish {
  id: string
  lines: { skuId: string; units: number }[]
  addressId: string
  shownPayMinor: number
  payment: 'wallet' | 'later'
  couponId?: string
  attribution?: string
}

const socketAnswerMs = 4_000
const socketFailures = ['timed_out', 'offline', 'unknown_ask']

export async function placeOrder(wish: OrderWish): Promise<PlacedOrder> {
  const socket = theSocket()
  if (socket.state.get() === 'open') {
    try {
      return (await socket.ask<{ order: PlacedOrder }>('order.place', wish, { timeoutMs: socketAnswerMs })).order
    } catch (error) {
      if (!socketFailures.includes(codeOf(error))) throw error
    }
  }
  return (await must(api.POST('/api/v1/orders', { body: wish }))).order
}
