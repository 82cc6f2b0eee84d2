import { Trans, useLingui } from '@lingui/react/macro'
import type { PriceLine } from '../../client/index.ts'
import { money, pick, useLocale } from '../../kit/index.ts'
import css from './buy.module.css'

type Party = PriceLine['funders'][number]['party']

/** Where the price comes from, line by line, and who pays for each discount. */
export function PriceExplained({ lines, currency }: { lines: readonly PriceLine[]; currency: string }) {
  const { t } = useLingui()
  useLocale()
  const parties: Record<Party, string> = {
    platform: t`the platform`,
    seller: t`the seller`,
    creator: t`the creator`,
    brand: t`the brand`,
  }
  return (
    <dl className={css['explained']} aria-label={t`What it costs and why`}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one explanation have no other name.
        <div key={index} data-kind={line.kind}>
          <dt>
            {pick(line.name)}
            {line.funders.length > 0 && (
              <small>
                <Trans>
                  paid by{' '}
                  {line.funders
                    .map(({ party, basisPoints }) =>
                      line.funders.length > 1 ? `${parties[party]} ${basisPoints / 100}%` : parties[party],
                    )
                    .join(', ')}
                </Trans>
              </small>
            )}
          </dt>
          <dd>
            {line.kind === 'freight' && line.amountMinor === 0 ? (
              <Trans>free</Trans>
            ) : (
              money(line.amountMinor, currency)
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
