import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { money, Rolling } from '../kit/index.ts'
import type { ScreenState } from './screen-state.ts'

/** The one number that everybody came for, and three that explain it. */
export function Hero({ state: { screen, corrected } }: { state: ScreenState }) {
  return (
    <section className="hero">
      <div className="gmv">
        <h2>
          <Trans>Sold today</Trans>
        </h2>
        <p className="amount">
          <Rolling value={screen.paidMinor} as={money(screen.paidMinor, screen.currency)} />
        </p>
        {corrected && (
          <p className="corrected">
            <Trans>corrected</Trans>
          </p>
        )}
      </div>
      <Figure name={<Trans>Orders</Trans>} value={screen.orders} />
      <Figure name={<Trans>Units</Trans>} value={screen.units} />
      <Figure name={<Trans>Buyers</Trans>} value={screen.buyers} />
    </section>
  )
}

function Figure({ name, value }: { name: ReactNode; value: number }) {
  return (
    <div className="figure">
      <h2>{name}</h2>
      <p>
        <Rolling value={value} as={value.toLocaleString('en')} />
      </p>
    </div>
  )
}
