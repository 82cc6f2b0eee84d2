/**
 * Where parts of the shop hang what they add to a live room. A layer lies over the picture and above the comments (a
 * countdown, a draw, a gift that flies by); a button stands in the bar between "say" and "like". Each is loaded after the
 * room stands, gets the room's store and asks the server for itself. Nothing here may stop the picture.
 */
import { type ComponentType, type LazyExoticComponent, lazy, Suspense } from 'react'
import type { Store } from '../../client/index.ts'
import type { RoomState } from './room.ts'

export type RoomExtra = LazyExoticComponent<ComponentType<{ store: Store<RoomState> }>>

export const roomLayers: readonly RoomExtra[] = [
  lazy(() => import('./gift-layer.tsx')),
  lazy(() => import('./draw-layer.tsx')),
]
export const roomButtons: readonly RoomExtra[] = [lazy(() => import('./gift-button.tsx'))]

export function Extras({ of, store }: { of: readonly RoomExtra[]; store: Store<RoomState> }) {
  return of.map((Extra, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes.
    <Suspense key={index}>
      <Extra store={store} />
    </Suspense>
  ))
}
