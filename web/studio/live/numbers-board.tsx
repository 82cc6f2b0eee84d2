import { Trans, useLingui } from '@lingui/react/macro'
import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { ratioOf } from '#contract/money'
import { count, money, Rolling, time, useLocale } from '../../kit/index.ts'
import { numbersQuery } from '../queries.ts'
import type { Numbers, StudioSession } from '../types.ts'
import css from './live.module.css'

const minutesShown = 60

/** What the broadcast brings, at most three seconds late; each number says what it means. */
export function NumbersBoard(of: { session: StudioSession; viewers: number | undefined; likes: number | undefined }) {
  const { t } = useLingui()
  useLocale()
  const { session } = of
  const isOn = session.state === 'live' || session.state === 'paused'
  const numbers = useQuery(numbersQuery(session.id, isOn)).data?.numbers
  const amount = (minor: number | null | undefined) => (minor == null ? '–' : money(minor, session.currency))
  const rate = (points: number | null | undefined) => (points == null ? '–' : `${(points / 100).toFixed(1)} %`)
  return (
    <section aria-label={t`Numbers`}>
      <div className={css['figures']}>
        <Figure
          name={t`Sold`}
          help={t`What buyers paid in this session, less cancelled orders`}
          value={amount(numbers?.paidMinor ?? session.paidMinor)}
          big
        />
        <Figure
          name={t`Watching`}
          help={t`Who has the room open now; below, the average and the peak`}
          value={<Rolling value={of.viewers ?? session.viewers} />}
          note={numbers && t`avg ${count(numbers.acu)} · peak ${count(numbers.pcu)}`}
          big
        />
        <Figure name={t`Orders`} help={t`Paid orders of this session`} value={numbers?.orders ?? session.orders} />
        <Figure
          name={t`GPM`}
          help={t`Sold per 1,000 times that a product was shown`}
          value={amount(numbers?.gpmMinor)}
        />
        <Figure
          name={t`CTR`}
          help={t`Click-through: taps on "buy", of all times that a product was shown`}
          value={rate(numbers?.ctrBasisPoints)}
        />
        <Figure
          name={t`CTOR`}
          help={t`Click-to-order: paid orders, of all taps on "buy"`}
          value={rate(numbers?.ctorBasisPoints)}
        />
        <Figure name={t`Likes`} help={t`Taps in this session`} value={count(of.likes ?? session.likes)} />
        <Figure
          name={t`Questions`}
          help={t`Questions that nobody has answered yet`}
          value={numbers?.questionsWaiting ?? 0}
          isBad={(numbers?.questionsWaiting ?? 0) > 0}
        />
        <Figure
          name={t`Sold out`}
          help={t`Products in the bag of which nothing is left`}
          value={numbers?.soldOut ?? 0}
          isBad={(numbers?.soldOut ?? 0) > 0}
        />
        <Figure
          name={t`Violations`}
          help={t`Violations on your record that weigh now`}
          value={numbers?.violations ?? 0}
          isBad={(numbers?.violations ?? 0) > 0}
        />
      </div>
      {numbers && numbers.minutes.length > 1 && <Chart minutes={numbers.minutes} currency={session.currency} />}
    </section>
  )
}

function Figure(of: {
  name: string
  help: string
  value: ReactNode
  note?: string | undefined
  big?: boolean
  isBad?: boolean
}) {
  return (
    <div className={css['figure']} title={of.help} data-big={of.big || undefined} data-bad={of.isBad || undefined}>
      <Text size="xs" c="dimmed">
        {of.name}
      </Text>
      <span className={css['figureValue']}>{of.value}</span>
      {of.note && (
        <Text size="xs" c="dimmed" className="tabular">
          {of.note}
        </Text>
      )}
    </div>
  )
}

const width = 320
const height = 72

/** Minute by minute: bars are money, the line is people. Drawn by hand, so that the stage loads no chart library. */
function Chart({ minutes, currency }: { minutes: Numbers['minutes']; currency: string }) {
  const { t } = useLingui()
  const gradient = useId()
  const shown = withGaps(minutes).slice(-minutesShown)
  const paidMax = Math.max(1, ...shown.map((minute) => minute.paidMinor))
  const viewersMax = Math.max(1, ...shown.map((minute) => minute.viewers))
  const step = width / shown.length
  const yOf = (share: number) => height - 4 - share * (height - 10)
  const line = shown.map((minute, index) => `${(index + 0.5) * step},${yOf(minute.viewers / viewersMax)}`).join(' ')
  const [first, last] = [shown[0], shown.at(-1)]
  return (
    <figure className={css['chart']}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t`Sold and watching, minute by minute; at most ${money(paidMax, currency)} and ${viewersMax} people`}
      >
        <defs>
          <linearGradient id={gradient} x1="0" x2="0" y1="0" y2="1">
            <stop offset="0" stopColor="var(--accent)" />
            <stop offset="1" stopColor="var(--accent)" stopOpacity="0.45" />
          </linearGradient>
        </defs>
        {shown.map((minute, index) => (
          <rect
            key={minute.at}
            x={index * step + step * 0.15}
            width={Math.max(1, step * 0.7)}
            y={yOf(ratioOf(minute.paidMinor, paidMax))}
            height={Math.max(0, height - 4 - yOf(ratioOf(minute.paidMinor, paidMax)))}
            rx="1.5"
            fill={`url(#${gradient})`}
          />
        ))}
        <polyline points={line} className={css['chartLine']} />
      </svg>
      <figcaption>
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <span className="tabular">{first && time(first.at)}</span>
          <span>
            <i data-kind="bar" /> <Trans>sold</Trans> <i data-kind="line" /> <Trans>watching</Trans>
          </span>
          <span className="tabular">{last && time(last.at)}</span>
        </Group>
      </figcaption>
    </figure>
  )
}

/** A minute in which nothing happened has no row, and still took a minute. */
function withGaps(minutes: Numbers['minutes']): Numbers['minutes'] {
  const [first, last] = [minutes[0], minutes.at(-1)]
  if (first === undefined || last === undefined) return minutes
  const known = new Map(minutes.map((minute) => [Date.parse(minute.at), minute]))
  const from = Math.max(Date.parse(first.at), Date.parse(last.at) - (minutesShown - 1) * 60_000)
  return Array.from({ length: (Date.parse(last.at) - from) / 60_000 + 1 }, (_, index) => {
    const at = from + index * 60_000
    return (
      known.get(at) ?? {
        at: new Date(at).toISOString(),
        paidMinor: 0,
        orders: 0,
        viewers: 0,
        impressions: 0,
        clicks: 0,
      }
    )
  })
}
