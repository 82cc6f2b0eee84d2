import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { api, must, newId, type Store } from '../../client/index.ts'
import { Button, dateTime, Sheet, toast, wordsOf } from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'
import css from './report.module.css'
import type { RoomState } from './room.ts'

const reasons = {
  off_platform_sale: msg`Sells outside the platform`,
  false_claim: msg`Says what is not true`,
  banned_goods: msg`Sells what may not be sold`,
  abuse: msg`Insults or threatens`,
  minor_in_danger: msg`A child is in danger`,
  spam: msg`Spam`,
  other: msg`Something else`,
}
type Reason = keyof typeof reasons
const commentsShown = 12

/** What is wrong, with the room or with a comment in it. The picture goes on behind it. */
export function ReportSheet({ store, onClose }: { store: Store<RoomState>; onClose: () => void }) {
  const { t, i18n } = useLingui()
  const askWho = useAskWho()
  // As they were when the sheet was opened: they must not move under the finger.
  const [comments] = useState(() =>
    store
      .get()
      .comments.filter((comment) => !comment.mine && !comment.isHost)
      .slice(-commentsShown)
      .toReversed(),
  )
  const [id] = useState(() => newId())
  const [about, setAbout] = useState<string | null>(null)
  const [reason, setReason] = useState<Reason | null>(null)
  const [note, setNote] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const send = async () => {
    if (reason === null || (await askWho('comment')) === null) return
    setIsBusy(true)
    try {
      const body = { id, roomId: store.get().room.id, commentId: about, reason, note: note.trim() }
      const { dueAt } = await must(api.POST('/api/v1/reports', { body }))
      toast(t`Thank you. A moderator looks at it before ${dateTime(dueAt)}.`, 'good')
      onClose()
    } catch (error) {
      toast(wordsOf(error), 'bad')
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Sheet open onClose={onClose} title={<Trans>Report</Trans>}>
      <form
        className={css['form']}
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <fieldset>
          <legend>
            <Trans>What is wrong?</Trans>
          </legend>
          <div className={css['reasons']}>
            {Object.entries(reasons).map(([key, name]) => (
              <label key={key}>
                <input
                  type="radio"
                  name="reason"
                  value={key}
                  checked={reason === key}
                  onChange={() => setReason(key as Reason)}
                />
                <span>{i18n._(name)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <label className={css['about']}>
          <Trans>Where?</Trans>
          <select value={about ?? ''} onChange={(event) => setAbout(event.target.value || null)}>
            <option value="">{t`In the broadcast`}</option>
            {comments.map((comment) => (
              <option key={comment.id} value={comment.id}>
                {comment.name}: {comment.text.slice(0, 60)}
              </option>
            ))}
          </select>
        </label>
        <label className={css['about']}>
          <Trans>Anything to add?</Trans>
          <textarea rows={2} maxLength={300} value={note} onChange={(event) => setNote(event.target.value)} />
        </label>
        <Button type="submit" wide busy={isBusy} disabled={reason === null}>
          <Trans>Send the report</Trans>
        </Button>
      </form>
    </Sheet>
  )
}
