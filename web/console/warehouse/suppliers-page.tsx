import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { api, must } from '../../client/index.ts'
import { pick, useLocale } from '../../kit/index.ts'
import { Listing, Page, usePages } from '../listing.tsx'
import type { Supplier } from '../types.ts'

export function SuppliersPage() {
  const { t } = useLingui()
  useLocale()
  const pages = usePages<Supplier>(['suppliers'], (query, signal) =>
    must(api.GET('/api/v1/suppliers', { params: { query }, signal })),
  )
  return (
    <Page title={t`Suppliers`} lead={t`From whom we buy. Goods are received on the stock page.`}>
      <Listing
        label={t`Suppliers`}
        pages={pages}
        keyOf={(each) => each.id}
        empty={<Trans>No suppliers yet.</Trans>}
        columns={[
          { name: t`Supplier`, cell: (each) => <b>{pick(each.name)}</b> },
          { name: t`Code`, cell: (each) => each.code },
          { name: t`City`, cell: (each) => each.city, wideOnly: true },
          {
            name: t`Delivers within`,
            figures: true,
            cell: (each) => t`${plural(each.leadDays, { one: '# day', other: '# days' })}`,
          },
          {
            name: t`Paid after`,
            figures: true,
            wideOnly: true,
            cell: (each) => t`${plural(each.accountPeriodDays, { one: '# day', other: '# days' })}`,
          },
        ]}
      />
    </Page>
  )
}
