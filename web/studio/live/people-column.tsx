import { useLingui } from '@lingui/react/macro'
import { SimpleGrid, Text } from '@mantine/core'
import { count, money, pick, Rolling, useLocale } from '../../kit/index.ts'
import type { StudioSession } from '../types.ts'
import { CommentsDesk } from './comments-desk.tsx'
import css from './live.module.css'
import { useRoomTopic } from './use-room-topic.ts'

/** Who is there, what they say, what they buy. */
export function PeopleColumn({ session }: { session: StudioSession }) {
  const { t } = useLingui()
  useLocale()
  const { comments, counters, bought, hushed } = useRoomTopic(session)
  const isOn = session.state === 'live' || session.state === 'paused'
  return (
    <>
      <SimpleGrid cols={2} spacing="xs">
        <Figure name={t`Watching`} help={t`Who has the room open now`} value={counters.viewers ?? session.viewers} />
        <Figure name={t`Likes`} help={t`Taps in this session`} value={counters.likes ?? session.likes} />
        <Figure name={t`Orders`} help={t`Paid orders of this session`} value={session.orders} />
        <Figure
          name={t`Sold`}
          help={t`What buyers paid in this session`}
          value={money(session.paidMinor, session.currency)}
        />
      </SimpleGrid>
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

function Figure({ name, help, value }: { name: string; help: string; value: number | string }) {
  return (
    <div className={css['figure']} title={help}>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={650} size="lg" className="tabular">
        {typeof value === 'string' ? value : value < 100_000 ? <Rolling value={value} /> : count(value)}
      </Text>
    </div>
  )
}
