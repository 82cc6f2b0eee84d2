import { useEffect, useRef } from 'react'
import { newId } from '../client/ids.ts'
import { createStore, useStore } from '../client/store.ts'
import css from './toast.module.css'

export interface ToastNote {
  id: string
  text: string
  kind: 'plain' | 'good' | 'bad'
}

const toastsMax = 3
const shownMs = 3_600
const notes = createStore<readonly ToastNote[]>([])

/** Says something in passing; what needs an answer belongs on the page. */
export function toast(text: string, kind: ToastNote['kind'] = 'plain'): void {
  const note = { id: newId(), text, kind }
  notes.set([...notes.get().filter((each) => each.text !== text), note].slice(-toastsMax))
  setTimeout(() => notes.set(notes.get().filter((each) => each.id !== note.id)), shownMs)
}

/** Once per app, at the end of the page. */
export function Toasts() {
  const shown = useStore(notes)
  const region = useRef<HTMLDivElement>(null)
  const newest = shown.at(-1)?.id
  // Shown anew, so that it lies above a sheet that was opened after the last one.
  useEffect(() => {
    const element = region.current
    if (element?.showPopover === undefined) return
    if (element.matches(':popover-open')) element.hidePopover()
    if (newest !== undefined) element.showPopover()
  }, [newest])
  return (
    <div ref={region} popover="manual" role="status" aria-live="polite" className={css['region']}>
      {shown.map((note) => (
        <p key={note.id} className={css['note']} data-kind={note.kind}>
          {note.text}
        </p>
      ))}
    </div>
  )
}
