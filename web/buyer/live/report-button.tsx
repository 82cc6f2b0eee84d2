import { Trans, useLingui } from '@lingui/react/macro'
import { Flag } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { createPortal } from 'react-dom'
import type { Store } from '../../client/index.ts'
import css from './room.module.css'
import type { RoomState } from './room.ts'

const ReportSheet = lazy(() => import('./report-sheet.tsx').then((module) => ({ default: module.ReportSheet })))

/** Small and out of the way, but there: what harms somebody must be one tap from being said. */
export function ReportButton({ store }: { store: Store<RoomState> }) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className={css['report']} aria-label={t`Report this room`} onClick={() => setOpen(true)}>
        <Flag size={13} aria-hidden="true" />
        <Trans>Report</Trans>
      </button>
      {open &&
        // Outside of the picture, where the reader's theme holds.
        createPortal(
          <Suspense>
            <ReportSheet store={store} onClose={() => setOpen(false)} />
          </Suspense>,
          document.body,
        )}
    </>
  )
}
