import { useLingui } from '@lingui/react/macro'
import { ratioOf } from '#contract/money'
import { type Screen, serverNowMs } from '../client/index.ts'
import { money } from '../kit/index.ts'
import css from './overview.module.css'

const barsMax = 60

/** The last hour as bars. Small enough to be drawn by hand: a chart library would weigh more than the page. */
export function MinuteChart({ minutes, currency }: { minutes: Screen['minutes']; currency: string }) {
  const { t } = useLingui()
  const minuteOf = (at: string) => Math.floor(Date.parse(at) / 60_000)
  // Minutes without a sale are not told; they are gaps here, up to this minute. A sale may be told before its clock is.
  const last = Math.max(Math.floor(serverNowMs() / 60_000), minuteOf(minutes.at(-1)?.at ?? '1970-01-01T00:00:00Z'))
  const shown = minutes.filter((minute) => last - minuteOf(minute.at) < barsMax)
  const highest = Math.max(1, ...shown.map((minute) => minute.paidMinor))
  const total = shown.reduce((sum, minute) => sum + minute.paidMinor, 0)
  const clock = (at: string | number) =>
    new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
  const label = t`Paid in the minutes shown: ${money(total, currency)}, at most ${money(highest, currency)} in one minute`
  return (
    <figure className={css['figure']}>
      {total > 0 && (
        <span className={css['highest']} aria-hidden="true">
          {money(highest, currency)}
        </span>
      )}
      <svg
        className={css['chart']}
        viewBox={`0 0 ${barsMax * 10} 100`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {shown.map((minute) => {
          const height = ratioOf(minute.paidMinor, highest) * 96
          const place = (barsMax - 1 - (last - minuteOf(minute.at))) * 10
          return (
            <rect
              key={minute.at}
              className={css['bar']}
              x={place + 1}
              width={8}
              y={100 - height}
              height={height}
              rx={1}
            >
              <title>{`${clock(minute.at)} ${money(minute.paidMinor, currency)}`}</title>
            </rect>
          )
        })}
      </svg>
      <div className={css['axis']} aria-hidden="true">
        <span>{clock((last - barsMax + 1) * 60_000)}</span>
        <span>{clock(last * 60_000)}</span>
      </div>
    </figure>
  )
}
