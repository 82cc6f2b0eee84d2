import { useLingui } from '@lingui/react/macro'
import { ratioOf } from '#contract/money'
import { serverNowMs } from '../../client/index.ts'
import { dateTime, money } from '../../kit/index.ts'
import type { ExplainedPrice } from '../types.ts'

const [width, height] = [600, 120]
const daysShown = 90
const colours = { shelf: 'var(--mantine-color-blue-6)', other: 'var(--mantine-color-red-6)' }

/** What it has cost, as steps: the shelf's price as a line, prices for a time as bars below it. Drawn by hand: it is small. */
export function PriceChart({ history, currency }: Pick<ExplainedPrice, 'history' | 'currency'>) {
  const { t } = useLingui()
  const nowMs = serverNowMs()
  // A young product fills the whole width too.
  const oldestMs = Math.min(nowMs - 60_000, ...history.map(({ from }) => Date.parse(from)))
  const fromMs = Math.max(nowMs - daysShown * 86_400_000, oldestMs)
  const highest = Math.max(1, ...history.map(({ priceMinor }) => priceMinor))
  const lowest = Math.min(...history.map(({ priceMinor }) => priceMinor))
  const x = (at: string | null) =>
    at === null ? width : Math.min(width, Math.max(0, ((Date.parse(at) - fromMs) / (nowMs - fromMs)) * width))
  const y = (minor: number) => height - ratioOf(minor, highest) * (height - 14)
  return (
    <figure style={{ margin: 0 }}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t`Between ${money(lowest, currency)} and ${money(highest, currency)} in the last ${daysShown} days`}
        style={{ width: '100%', height, display: 'block', borderBottom: '1px solid var(--line)' }}
      >
        {history.map(({ kind, priceMinor, from, until }) => (
          <rect
            key={`${kind} ${from}`}
            x={x(from)}
            width={Math.max(2, x(until) - x(from))}
            y={y(priceMinor)}
            height={kind === 'shelf' ? 3 : height - y(priceMinor)}
            fill={kind === 'shelf' ? colours.shelf : colours.other}
            opacity={kind === 'shelf' ? 1 : 0.55}
          >
            <title>{`${money(priceMinor, currency)}, ${dateTime(from)}`}</title>
          </rect>
        ))}
      </svg>
    </figure>
  )
}
