import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { ratioOf } from '#contract/money'
import { money, pick } from '../../kit/index.ts'
import type { OrderPageData } from '../types.ts'
import { type FlowPart, flowOf } from './money-flow.ts'
import css from './order.module.css'

const width = 640
const height = 240
const barWidth = 14
const gap = 6

/** A part as a piece of one side of the picture: where it begins, and how high it is. */
interface Piece extends FlowPart {
  y: number
  high: number
}

function piecesOf(parts: readonly FlowPart[], totalMinor: number): Piece[] {
  const drawn = parts.filter(({ amountMinor }) => amountMinor > 0)
  const room = height - gap * Math.max(0, drawn.length - 1)
  let y = 0
  return drawn.map((part) => {
    const high = Math.max(2, room * ratioOf(part.amountMinor, totalMinor))
    const piece = { ...part, y, high }
    y += high + gap
    return piece
  })
}

/** Each source gives to each part in its proportion: money has no colour of its own. */
function bandsOf(from: readonly Piece[], to: readonly Piece[]) {
  const sourcesMinor = from.reduce((sum, piece) => sum + piece.amountMinor, 0)
  const partsMinor = to.reduce((sum, piece) => sum + piece.amountMinor, 0)
  return from.flatMap((source, at) =>
    to.map((part, index) => {
      const before = to.slice(0, index).reduce((sum, piece) => sum + piece.amountMinor, 0)
      const above = from.slice(0, at).reduce((sum, piece) => sum + piece.amountMinor, 0)
      const [y1, h1] = [
        source.y + source.high * ratioOf(before, partsMinor),
        source.high * ratioOf(part.amountMinor, partsMinor),
      ]
      const [y2, h2] = [
        part.y + part.high * ratioOf(above, sourcesMinor),
        part.high * ratioOf(source.amountMinor, sourcesMinor),
      ]
      const [left, right, middle] = [barWidth, width - barWidth, width / 2]
      const path = `M${left},${y1} C${middle},${y1} ${middle},${y2} ${right},${y2} V${y2 + h2} C${middle},${y2 + h2} ${middle},${y1 + h1} ${left},${y1 + h1} Z`
      return { key: `${source.key} ${part.key}`, tone: part.tone, path }
    }),
  )
}

export function MoneyPicture({ data }: { data: OrderPageData }) {
  const { t } = useLingui()
  const { order } = data
  const flow = flowOf(data, {
    paid: t`The buyer paid`,
    subsidy: t`We gave`,
    back: t`Back to the buyer`,
    seller: pick(order.sellerName),
    goods: t`Cost of the goods`,
    losses: t`Lost with returns`,
    tax: t`Tax on the fees`,
    house: t`Stays with us`,
    fee: {
      referral: t`Referral fee`,
      provider: t`Payment fee`,
      service: t`Service fee`,
      fulfilment: t`Fulfilment fee`,
    },
  })
  const [from, to] = [piecesOf(flow.from, flow.totalMinor), piecesOf(flow.to, flow.totalMinor)]
  const isBooked = data.journals.some(({ kind }) => kind === 'order.confirmed')
  return (
    <>
      <svg viewBox={`0 0 ${width} ${height}`} className={css['flow']} aria-hidden="true">
        {bandsOf(from, to).map((band) => (
          <path key={band.key} d={band.path} data-tone={band.tone} />
        ))}
        {from.map((piece) => (
          <rect key={piece.key} x={0} y={piece.y} width={barWidth} height={piece.high} rx={3} data-tone={piece.tone} />
        ))}
        {to.map((piece) => (
          <rect
            key={piece.key}
            x={width - barWidth}
            y={piece.y}
            width={barWidth}
            height={piece.high}
            rx={3}
            data-tone={piece.tone}
          />
        ))}
      </svg>
      <div className={css['sides']}>
        <Side title={t`From`} parts={flow.from} of={data} totalMinor={flow.totalMinor} />
        <Side title={t`To`} parts={flow.to} of={data} totalMinor={flow.totalMinor} />
      </div>
      {!isBooked && order.state !== 'cancelled' && (
        <Text size="xs" c="dimmed" mt={6}>
          <Trans>
            Until the buyer confirms, the money is held, and commission and fees are estimates; costs join when they are
            booked.
          </Trans>
        </Text>
      )}
    </>
  )
}

function Side({
  title,
  parts,
  of: { order },
  totalMinor,
}: {
  title: string
  parts: readonly FlowPart[]
  of: OrderPageData
  totalMinor: number
}) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <dl className={css['parts']}>
        {parts.map((part) => (
          <div key={part.key}>
            <dt>
              <span className={css['dot']} data-tone={part.tone} aria-hidden="true" />
              {part.name}
            </dt>
            <dd className="tabular">
              {money(part.amountMinor, order.currency)}{' '}
              <Text span size="xs" c="dimmed">
                {`${(ratioOf(part.amountMinor, totalMinor) * 100).toFixed(1)} %`}
              </Text>
            </dd>
          </div>
        ))}
        <div data-kind="total">
          <dt>
            <Trans>Together</Trans>
          </dt>
          <dd className="tabular">{money(totalMinor, order.currency)}</dd>
        </div>
      </dl>
    </div>
  )
}
