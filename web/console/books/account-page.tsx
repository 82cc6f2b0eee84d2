import { Trans, useLingui } from '@lingui/react/macro'
import { Paper, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, must } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, ErrorState, money, pick, useLocale } from '../../kit/index.ts'
import { Listing, Page, rowLink, SkeletonRows, usePages } from '../listing.tsx'
import type { AccountEntry } from '../types.ts'
import { UpTo } from './up-to.tsx'

/** One account: what is on it, and each entry that made it so, with the balance after it. */
export function AccountPage() {
  const { t } = useLingui()
  useLocale()
  const [filters] = useFilters()
  const account = filters['account'] ?? 'escrow'
  const ask = (query: { limit: number; cursor?: string }, signal?: AbortSignal) =>
    must(
      api.GET('/api/v1/books/account', {
        params: { query: { ...query, account } },
        ...(signal === undefined ? {} : { signal }),
      }),
    )
  const about = useQuery({
    queryKey: ['account', account],
    refetchInterval: 15_000,
    queryFn: ({ signal }) => ask({ limit: 1 }, signal),
  })
  const pages = usePages<AccountEntry>(
    ['account', account, 'entries'],
    async (query, signal) => (await ask(query, signal)).entries,
  )
  if (about.isPending) return <SkeletonRows />
  if (about.data === undefined) return <ErrorState error={about.error} onRetry={() => void about.refetch()} />
  const { name, ownerName, balanceMinor, currency, kind, line } = about.data
  const kinds = {
    asset: t`Assets`,
    liability: t`Liabilities`,
    equity: t`Equity`,
    income: t`Income`,
    expense: t`Expenses`,
  }
  return (
    <Page
      title={ownerName === null ? pick(name) : `${pick(name)} · ${ownerName}`}
      lead={`${kinds[kind]} · ${account}`}
      action={
        line.includes('*') ? (
          <UpTo to="/accounts" search={{ line }} name={pick(name)} />
        ) : (
          <UpTo to="/balances" name={t`Trial balance`} />
        )
      }
    >
      <Paper withBorder p="md">
        <Text size="sm" c="dimmed">
          <Trans>Balance: the sum of all entries, debit positive</Trans>
        </Text>
        <Text fz={26} fw={650} className="tabular">
          {money(balanceMinor, currency)}
        </Text>
      </Paper>
      <Listing
        label={t`Entries`}
        pages={pages}
        keyOf={(entry) => `${entry.journalId} ${entry.no}`}
        empty={<Trans>Nothing was ever booked here.</Trans>}
        columns={[
          {
            name: t`Journal`,
            cell: (entry) => (
              <>
                <Go
                  to="/journals/$id"
                  params={{ id: entry.journalId }}
                  search={{ account, ...(entry.orderId === null ? {} : { orderId: entry.orderId }) }}
                  className={rowLink}
                >
                  {entry.kind}
                </Go>
                <Text size="xs" c="dimmed">
                  {dateTime(entry.at)}
                </Text>
              </>
            ),
          },
          { name: t`Order`, cell: (entry) => entry.orderNumber ?? '–' },
          { name: t`Amount`, figures: true, cell: (entry) => money(entry.amountMinor, currency) },
          { name: t`Balance after it`, figures: true, cell: (entry) => money(entry.balanceMinor, currency) },
        ]}
      />
    </Page>
  )
}
