import { useLingui } from '@lingui/react/macro'
import { pick, useLocale } from '../../kit/index.ts'
import type { StudioSession } from '../types.ts'
import { CommentsDesk } from './comments-desk.tsx'
import css from './live.module.css'
import { NumbersBoard } from './numbers-board.tsx'
import { useRoomTopic } from './use-room-topic.ts'

/** Who is there, what they say, what they buy. */
export function PeopleColumn({ session }: { session: StudioSession }) {
  const { t } = useLingui()
  useLocale()
  const { comments, counters, bought, hushed } = useRoomTopic(session)
  const isOn = session.state === 'live' || session.state === 'paused'
  return (
    <>
      <NumbersBoard session={session} viewers={counters.viewers} likes={counters.likes} />
      {bought.length > 0 && (
        <ul className={css['bought']} aria-label={t`Just bought`}>
          {bought.map((each) => (
            <li key={each.id}>
              <b>{each.name}</b> {pick(each.title)} × {each.units}
            </li>
          ))}
        </ul>
      )}
      <CommentsDesk roomId={session.roomId} isOn={isOn} comments={comments} hushed={hushed} bag={session.bag} />
    </>
  )
}
