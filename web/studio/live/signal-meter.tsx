import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Group, Paper, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { dateTime } from '../../kit/index.ts'
import type { StudioSession } from '../types.ts'
import css from './live.module.css'

/** Far enough apart that a viewer who joins waits long for his first picture. */
const keyframeSecondsMax = 4

export function SignalMeter({ signal }: { signal: StudioSession['signal'] }) {
  const { t } = useLingui()
  // The server says how long ago; the moment it began is noted once and stays while it lasts.
  const [lostAt, setLostAt] = useState<number | null>(null)
  const isLost = !signal.publishing && signal.lastFrameAgoMs !== null
  const agoMs = signal.lastFrameAgoMs ?? 0
  useEffect(() => {
    setLostAt((known) => (isLost ? (known ?? Date.now() - agoMs) : null))
  }, [isLost, agoMs])
  const slowKeyframes = signal.publishing && signal.keyframeSeconds > keyframeSecondsMax
  return (
    <Paper withBorder p="sm" component="section" aria-label={t`Signal`}>
      <Group justify="space-between" mb={signal.publishing ? 6 : 0}>
        <Text size="sm" fw={650}>
          <Trans>Signal</Trans>
        </Text>
        <Badge
          tt="none"
          variant="light"
          color={!signal.publishing ? 'gray' : signal.degraded || slowKeyframes ? 'orange' : 'green'}
        >
          {!signal.publishing ? t`no signal` : signal.degraded ? t`weak` : t`good`}
        </Badge>
      </Group>
      {signal.publishing ? (
        <dl className={css['signal']}>
          <div>
            <dt>{t`Picture`}</dt>
            <dd>{signal.width > 0 ? `${signal.width} × ${signal.height}` : '–'}</dd>
          </div>
          <div>
            <dt>{t`Frames`}</dt>
            <dd>{t`${Math.round(signal.fps)} a second`}</dd>
          </div>
          <div>
            <dt>{t`Rate`}</dt>
            <dd>{Math.round(signal.kbps)} kbit/s</dd>
          </div>
          <div>
            <dt>{t`Keyframe every`}</dt>
            <dd>{t`${signal.keyframeSeconds.toFixed(1)} s`}</dd>
          </div>
        </dl>
      ) : (
        <Text size="sm" c="dimmed">
          {lostAt === null ? (
            <Trans>Start your encoder with the address and key.</Trans>
          ) : (
            <Trans>No signal since {dateTime(new Date(lostAt).toISOString())}. The room waits for you.</Trans>
          )}
        </Text>
      )}
      {slowKeyframes && (
        <Text size="xs" mt={6}>
          <Trans>Keyframes are far apart; set your encoder to one every 2 seconds, and viewers see you sooner.</Trans>
        </Text>
      )}
    </Paper>
  )
}
