import { Trans } from '@lingui/react/macro'
import { Anchor } from '@mantine/core'

/** Opens the recording of a broadcast where it happened: so many seconds in, or at an instant while it was on air. */
export function Moment(of: { sessionId: string | null; second?: number | null; at?: string }) {
  if (of.sessionId === null) return null
  const where = of.second == null ? (of.at === undefined ? '' : `?at=${encodeURIComponent(of.at)}`) : `?t=${of.second}`
  return (
    <Anchor size="xs" href={`/replays/${of.sessionId}${where}`} target="_blank">
      {of.second == null ? <Trans>See that moment</Trans> : <Trans>See the recording at {clock(of.second)}</Trans>}
    </Anchor>
  )
}

function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  return (parts[0] === 0 ? parts.slice(1) : parts).map((part) => String(part).padStart(2, '0')).join(':')
}
