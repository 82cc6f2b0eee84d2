/** The score as a half circle with its marks. The needle is the number, and the number stands in words beside it. */
import { useLingui } from '@lingui/react/macro'
import type { Standing } from '../types.ts'

const radius = 92
const centre = { x: 110, y: 108 }
/** Up to here the scale is drawn evenly; a better score only fills it. */
const scaleMax = 250

export function ScoreGauge({ standing }: { standing: Standing }) {
  const { t } = useLingui()
  const { score } = standing
  const health = score <= 150 ? 'bad' : score < standing.start ? 'watch' : 'good'
  const colour = { bad: 'var(--accent)', watch: 'var(--warn)', good: 'var(--good)' }[health]
  const words = { bad: t`unhealthy`, watch: t`take care`, good: t`healthy` }[health]
  return (
    <svg
      viewBox="0 0 220 134"
      width={220}
      height={134}
      role="img"
      aria-label={t`Score ${score} of at most ${standing.max}: ${words}`}
    >
      <path d={arc(0, scaleMax)} fill="none" stroke="var(--surface-3)" strokeWidth={14} strokeLinecap="round" />
      {score > 0 && (
        <path
          d={arc(0, Math.min(score, scaleMax))}
          fill="none"
          stroke={colour}
          strokeWidth={14}
          strokeLinecap="round"
        />
      )}
      {standing.marks.map(({ mark }) => {
        const [inner, outer, label] = [radius - 11, radius + 11, radius - 24].map((length) => pointAt(mark, length))
        if (inner === undefined || outer === undefined || label === undefined) return null
        return (
          <g key={mark}>
            <line x1={inner.x} y1={inner.y} x2={outer.x} y2={outer.y} stroke="var(--surface)" strokeWidth={3} />
            <text x={label.x} y={label.y + 4} fontSize={10} textAnchor="middle" fill="var(--ink-2)">
              {mark}
            </text>
          </g>
        )
      })}
      <text x={centre.x} y={centre.y - 14} fontSize={42} fontWeight={720} textAnchor="middle" fill="var(--ink)">
        {score}
      </text>
      <text x={centre.x} y={centre.y + 8} fontSize={13} fontWeight={600} textAnchor="middle" fill={colour}>
        {words}
      </text>
    </svg>
  )
}

function pointAt(score: number, length: number): { x: number; y: number } {
  const angle = Math.PI * (1 - Math.min(score, scaleMax) / scaleMax)
  return { x: centre.x + length * Math.cos(angle), y: centre.y - length * Math.sin(angle) }
}

function arc(from: number, to: number): string {
  const [start, end] = [pointAt(from, radius), pointAt(to, radius)]
  return `M ${start.x} ${start.y} A ${radius} ${radius} 0 0 1 ${end.x} ${end.y}`
}
