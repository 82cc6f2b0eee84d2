import { Button } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import css from './live.module.css'

export const holdMs = 1_000

/** Must be held for a second, by finger, mouse or key: what ends a broadcast is not pressed by accident. */
export function HoldButton(of: { children: ReactNode; busy: boolean; quiet?: boolean; onHeld: () => void }) {
  const [held, setHeld] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const begin = () => {
    if (held || of.busy) return
    setHeld(true)
    timer.current = setTimeout(() => {
      setHeld(false)
      of.onHeld()
    }, holdMs)
  }
  const cancel = () => {
    clearTimeout(timer.current)
    setHeld(false)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <Button
      fullWidth
      size={of.quiet ? 'xs' : 'lg'}
      variant={of.quiet ? 'default' : 'filled'}
      color="red"
      loading={of.busy}
      className={css['hold'] ?? ''}
      data-held={held || undefined}
      onPointerDown={begin}
      onPointerUp={cancel}
      onPointerLeave={cancel}
      onPointerCancel={cancel}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault()
          if (!event.repeat) begin()
        }
      }}
      onKeyUp={cancel}
      onBlur={cancel}
    >
      {of.children}
    </Button>
  )
}
