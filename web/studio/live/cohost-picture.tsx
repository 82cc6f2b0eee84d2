import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { seatsQuery } from '../queries.ts'
import css from './live.module.css'
import { Preview } from './preview.tsx'

/** Who sits beside me: seen and heard, so that two can talk. */
export function CohostPicture({ sessionId }: { sessionId: string }) {
  const { t } = useLingui()
  const seat = useQuery(seatsQuery).data?.seats.find((each) => each.sessionId === sessionId && each.state === 'joined')
  if (seat === undefined) return null
  const { name } = seat.guest
  return (
    <div className={css['beside']}>
      <Text size="sm" fw={600}>
        <Trans>{name} is with you</Trans>
      </Text>
      <Preview playback={seat.playback} label={t`Picture of ${name}`} audible />
    </div>
  )
}
