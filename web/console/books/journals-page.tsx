import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Text } from '@mantine/core'
import { api, must, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, money, useLocale } from '../../kit/index.ts'
import { useAccountName } from '../account-name.ts'
import { Listing, Page, SearchField, usePages } from '../listing.tsx'
import { given } from '../queries.ts'
import type { Journal } from '../types.ts'

export function JournalsPage() {
  const { t } = useLingui()
  useLocale()
  const { platform } = useSession()
  const currency = platform?.currency ?? 'CNY'
  const nameOf = useAccountName()
  const [filters] = useFilters()
  const wanted = given({ account: filters['account'], orderId: filters['orderId'] })
  const pages = usePages<Journal>(['journals', wanted], (query, signal) =>
    must(api.GET('/api/v1/books/journals', { params: { query: { ...query, ...wanted } }, signal })),
  )
  return (
    <Page title={t`Journals`} lead={t`Immutable, each with one cause, each summing to zero.`}>
      <Group gap="xs">
        <SearchField name="account" label={t`Account, for example escrow`} />
        {wanted.orderId && (
          <Button component={Go} to="/journals" search={{}} variant="default">
            <Trans>Of all orders</Trans>
          </Button>
        )}
      </Group>
      <Listing
        label={t`Journals`}
        pages={pages}
        keyOf={(journal) => journal.id}
        empty={<Trans>No journal fits.</Trans>}
        emptyStep={
          <Button component={Go} to="/journals" search={{}} variant="default">
            <Trans>Show all</Trans>
          </Button>
        }
        columns={[
          {
            name: t`Journal`,
            cell: (journal) => (
              <>
                <Text size="sm" fw={600}>
                  <Go to="/journals/$id" params={{ id: journal.id }}>
                    {journal.kind}
                  </Go>
                </Text>
                <Text size="xs" c="dimmed">
                  {dateTime(journal.at)}
                </Text>
                {journal.orderId && (
                  <Text size="xs">
                    <Go to="/orders/$id" params={{ id: journal.orderId }}>
                      <Trans>Order</Trans>
                    </Go>
                  </Text>
                )}
              </>
            ),
          },
          {
            name: t`Postings`,
            cell: (journal) => (
              <Postings>
                {journal.postings.map((posting, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a journal never changes.
                  <Group key={index} justify="space-between" gap="md" wrap="nowrap">
                    <Text size="sm" title={posting.account}>
                      {posting.orderId && !journal.orderId ? (
                        <Go to="/orders/$id" params={{ id: posting.orderId }}>
                          {nameOf(posting.account)}
                        </Go>
                      ) : (
                        nameOf(posting.account)
                      )}
                    </Text>
                    <Text size="sm" className="tabular" style={{ whiteSpace: 'nowrap' }}>
                      {money(posting.amountMinor, currency)}
                    </Text>
                  </Group>
                ))}
                {journal.morePostings > 0 && (
                  <Text size="xs" c="dimmed">
                    <Trans>and {journal.morePostings} more</Trans>
                  </Text>
                )}
              </Postings>
            ),
          },
          {
            name: t`Cause`,
            wideOnly: true,
            cell: (journal) => (
              <Text size="xs" c="dimmed">
                {journal.cause}
              </Text>
            ),
          },
        ]}
      />
    </Page>
  )
}

function Postings({ children }: { children: React.ReactNode }) {
  return <div style={{ minWidth: 200, maxWidth: 460 }}>{children}</div>
}
