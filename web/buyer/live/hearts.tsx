import { useCallback, useEffect, useRef } from 'react'
import { type Store, theSocket } from '../../client/index.ts'
import css from './room.module.css'
import type { RoomState } from './room.ts'

const heartsMax = 24
const sendEveryMs = 700
const tapsMax = 50
const hues = [345, 12, 330, 28, 300]

/** A tap shows its heart and counts at once; taps of a moment travel together, and a lost bundle is no loss. */
export function useLikes(store: Store<RoomState>): (x: number, y: number) => void {
  const taps = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useCallback(
    (x, y) => {
      spawn(x, y)
      const state = store.get()
      store.set({ ...state, likes: state.likes + 1 })
      taps.current = Math.min(tapsMax, taps.current + 1)
      timer.current ??= setTimeout(() => {
        timer.current = undefined
        const body = { roomId: store.get().room.id, taps: taps.current }
        taps.current = 0
        theSocket()
          .ask('like.tap', body, { repeat: false })
          .catch(() => undefined)
      }, sendEveryMs)
    },
    [store],
  )
}

/** Hearts are drawn past React: they come by the dozen and live for a second. */
function spawn(x: number, y: number): void {
  const sky = document.getElementById('hearts')
  if (sky === null || sky.childElementCount >= heartsMax || matchMedia('(prefers-reduced-motion: reduce)').matches)
    return
  const box = sky.getBoundingClientRect()
  const heart = document.createElement('span')
  heart.className = css['heart'] ?? ''
  heart.textContent = '♥'
  const any = (below: number) => (crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) % below
  heart.style.cssText = `left:${x - box.x}px;top:${y - box.y}px;--drift:${any(70) - 35}px;--turn:${any(50) - 25}deg;--size:${18 + any(16)}px;color:hsl(${hues[any(hues.length)]} 95% 62%)`
  heart.addEventListener('animationend', () => heart.remove(), { once: true })
  sky.append(heart)
}

export function Hearts() {
  return <div id="hearts" className={css['hearts']} aria-hidden="true" />
}
