/**
 * Sheets and the back button: back closes the top sheet before it leaves the page.
 *
 * Each open sheet stands on one entry of the history. Entries are brought in line after React has committed, so that a
 * sheet which makes room for another costs none, and entries are made past the router, which has no part in them.
 * This module must be loaded before the router starts to listen.
 */
interface OpenSheet {
  close(): void
}

const open: OpenSheet[] = []
let entries = 0
let ownSteps = 0
let planned = false

function depthOfPage(): number {
  return ((globalThis.history?.state as { sheets?: number } | null)?.sheets ?? 0) | 0
}

function plan(): void {
  if (planned) return
  planned = true
  setTimeout(() => {
    planned = false
    while (entries < open.length) {
      entries++
      History.prototype.pushState.call(history, { ...(history.state as object), sheets: entries }, '')
    }
    if (entries > open.length) {
      // When a link led away from the sheet, the page on top has no sheets and nothing is to be taken back.
      if (depthOfPage() === entries) {
        ownSteps++
        history.go(open.length - entries)
      }
      entries = open.length
    }
  })
}

globalThis.addEventListener?.(
  'popstate',
  (event) => {
    if (ownSteps > 0) {
      ownSteps--
      event.stopImmediatePropagation()
      return
    }
    const depth = depthOfPage()
    if (entries <= depth) return
    entries = depth
    while (open.length > depth) open.pop()?.close()
    event.stopImmediatePropagation()
  },
  { capture: true },
)

/** Announces an open sheet; call what is returned when it is gone. */
export function sheetOpened(sheet: OpenSheet): () => void {
  open.push(sheet)
  plan()
  return () => {
    const at = open.indexOf(sheet)
    if (at >= 0) open.splice(at, 1)
    plan()
  }
}
