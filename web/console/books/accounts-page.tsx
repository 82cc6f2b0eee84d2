import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { api, must, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { money, useLocale } from '../../kit/index.ts'
import { useAccountName } from '../account-name.ts'
import { Listing, Page, rowLink, usePages } from '../listing.tsx'
import type { AccountRow } from '../types.ts'
import { UpTo } from './up-to.tsx'

/** One line of the trial balance as the accounts that stand on it. */
export function AccountsPage() {
  const { t } = useLingui()
  useLocale()
  const { platform } = useSession()
  const nameOf = useAccountName()
  const [filters] = useFilters()
  const line = filters['line'] ?? 'payable:*:available'
  const pages = usePages<AccountRow>(['accounts', line], (query, signal) =>
    must(api.GET('/api/v1/books/accounts', { params: { query: { ...query, line } }, signal })),
  )
  return (
    <Page
      title={nameOf(line)}
      lead={t`The accounts that stand on one line of the trial balance.`}
      action={<UpTo to="/balances" name={t`Trial balance`} />}
    >
      <Listing
        label={t`Accounts`}
        pages={pages}
        keyOf={(row) => row.account}
        empty={<Trans>No account stands on this line.</Trans>}
        columns={[
          {
            name: t`Owner`,
            cell: (row) => (
              <Go to="/account" search={{ account: row.account }} className={rowLink}>
                {row.ownerName ?? row.account}
              </Go>
            ),
          },
          {
            name: t`Account`,
            wideOnly: true,
            cell: (row) => (
              <Text size="xs" c="dimmed">
                {row.account}
              </Text>
            ),
          },
          {
            name: t`Balance`,
            figures: true,
            cell: (row) => money(row.amountMinor, platform?.currency ?? 'CNY'),
          },
        ]}
      />
    </Page>
  )
}
