/** The host hands a coupon out: the card comes up over the room, and goes when it is claimed or its time is over. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type Store, serverNowMs, useStorePart } from '../../client/index.ts'
import RoomCoupons from '../me/coupons.tsx'
import type { RoomState } from './room.ts'

export default function CouponCall({ store }: { store: Store<RoomState> }) {
  const number = useStorePart(store, ({ couponNumber }) => couponNumber)
  const until = useStorePart(store, ({ couponUntil }) => couponUntil)
  const attribution = useStorePart(store, ({ room }) => room.attribution)
  const roomId = useStorePart(store, ({ room }) => room.id)
  const queries = useQueryClient()
  // biome-ignore lint/correctness/useExhaustiveDependencies: each hand-out asks anew.
  useEffect(() => void queries.invalidateQueries({ queryKey: ['coupons'] }), [number, queries])
  const isCalled = useUntil(until)
  if (number === 0 || !isCalled) return null
  return <RoomCoupons attribution={attribution} roomId={roomId} />
}

/** True until that instant of the server's clock. */
function useUntil(until: string | null): boolean {
  const [over, setOver] = useState<string | null>(null)
  useEffect(() => {
    if (until === null) return undefined
    const timer = setTimeout(() => setOver(until), Math.max(0, Date.parse(until) - serverNowMs()))
    return () => clearTimeout(timer)
  }, [until])
  return until !== null && over !== until
}
