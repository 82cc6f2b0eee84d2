import { useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { type PointerEvent as Pointer, type ReactNode, useEffect, useId, useRef } from 'react'
import css from './sheet.module.css'
import { sheetOpened } from './sheet-history.ts'

const closeAfterPx = 110
const closeAtSpeed = 0.6 // Pixels a millisecond.

/**
 * A bottom sheet over whatever plays on. A native dialog: the focus stays inside and returns where it was, Escape closes,
 * what lies behind is inert. Dragging its head down closes it, and so does back.
 */
export function Sheet(of: {
  open: boolean
  onClose: () => void
  title: ReactNode
  children: ReactNode
  /** Stays at the bottom while the content scrolls. */
  footer?: ReactNode
  /** `full`: takes the height it may have from the start, so that it does not jump while its content loads. */
  height?: 'content' | 'full'
}) {
  return of.open ? <OpenSheet {...of} /> : null
}

function OpenSheet(of: Omit<Parameters<typeof Sheet>[0], 'open'>) {
  const { t } = useLingui()
  const titleId = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const drag = useRef<{ y: number; atMs: number } | null>(null)
  const close = useRef(of.onClose)
  close.current = of.onClose

  useEffect(() => {
    const element = dialog.current
    if (element === null) return undefined
    const before = document.activeElement
    element.showModal()
    const gone = sheetOpened({ close: () => close.current() })
    return () => {
      gone()
      element.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])

  const follow = (event: Pointer) => {
    if (drag.current === null || dialog.current === null) return
    dialog.current.style.translate = `0 ${Math.max(0, event.clientY - drag.current.y)}px`
  }
  const release = (event: Pointer) => {
    if (drag.current === null || dialog.current === null) return
    const movedPx = event.clientY - drag.current.y
    const speed = movedPx / Math.max(1, event.timeStamp - drag.current.atMs)
    drag.current = null
    dialog.current.classList.remove(css['dragged'] ?? '')
    dialog.current.style.translate = ''
    if (movedPx > closeAfterPx || (movedPx > 24 && speed > closeAtSpeed)) of.onClose()
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a tap beside the sheet; the keyboard has Escape and the close button.
    <dialog
      ref={dialog}
      className={css['sheet']}
      data-height={of.height ?? 'content'}
      aria-labelledby={titleId}
      onCancel={(event) => {
        if (event.target !== dialog.current) return
        event.preventDefault()
        of.onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) of.onClose()
      }}
    >
      <div className={css['panel']}>
        <div
          className={css['head']}
          onPointerDown={(event) => {
            if ((event.target as Element).closest('button') || event.button !== 0) return
            drag.current = { y: event.clientY, atMs: event.timeStamp }
            event.currentTarget.setPointerCapture(event.pointerId)
            dialog.current?.classList.add(css['dragged'] ?? '')
          }}
          onPointerMove={follow}
          onPointerUp={release}
          onPointerCancel={release}
        >
          <h2 id={titleId}>{of.title}</h2>
          <button type="button" className={css['close']} aria-label={t`Close`} onClick={of.onClose}>
            <X size={20} aria-hidden="true" />
          </button>
        </div>
        <div className={css['body']}>{of.children}</div>
        {of.footer && <div className={css['foot']}>{of.footer}</div>}
      </div>
    </dialog>
  )
}
