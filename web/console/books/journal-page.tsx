import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Box, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, must } from '../../client/index.ts'
import { Go, useFilters, useParam } from '../../kit/desk.tsx'
import { dateTime, ErrorState, money, pick, useLocale } from '../../kit/index.ts'
import { useAccountName } from '../account-name.ts'
import { Page, SkeletonRows } from '../listing.tsx'
import css from '../orders/order.module.css'
import type { ExplainedJournal } from '../types.ts'
import { UpTo } from './up-to.tsx'

/** One journal: each posting with the lines of orders that it comes from; what was come from is shown first. */
export function JournalPage() {
  const { t } = useLingui()
  useLocale()
  const id = useParam('id')
  const [{ account, orderId }] = useFilters()
  const nameOf = useAccountName()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['journal', id, orderId ?? ''],
    queryFn: () =>
      must(
        api.GET('/api/v1/books/journals/{id}', {
          params: { path: { id }, query: orderId === undefined ? {} : { orderId } },
        }),
      ),
  })
  if (isPending) return <SkeletonRows />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  const { journal } = data
  const postings = data.postings.toSorted((a, b) => Number(b.account === account) - Number(a.account === account))
  const sumMinor = postings.reduce((sum, posting) => sum + posting.amountMinor, 0)
  return (
    <Page
      title={journal.kind}
      lead={
        <>
          {dateTime(journal.at)} · {journal.cause}
        </>
      }
      action={
        account === undefined ? (
          <UpTo to="/journals" name={t`Journals`} />
        ) : (
          <UpTo to="/account" search={{ account }} name={nameOf(account)} />
        )
      }
    >
      {journal.isBatch && journal.forOrderId === null && (
        <Alert color="blue">
          <Trans>One commit of the order desk: many orders were paid at once, each with its own part.</Trans>
        </Alert>
      )}
      {journal.isBatch && journal.forOrderId !== null && (
        <Alert color="blue">
          <Trans>What one order has in a commit that many were paid in.</Trans>{' '}
          <Go to="/journals/$id" params={{ id }} search={account === undefined ? {} : { account }}>
            <Trans>Show all of it</Trans>
          </Go>
        </Alert>
      )}
      {postings.map((posting, index) => (
        <PostingCard
          // biome-ignore lint/suspicious/noArrayIndexKey: a journal never changes.
          key={index}
          posting={posting}
          journalId={id}
          isBatch={journal.isBatch && journal.forOrderId === null}
          currency={data.currency}
          isMarked={posting.account === account}
        />
      ))}
      {journal.morePostings > 0 && (
        <Text size="sm" c="dimmed">
          <Trans>and {journal.morePostings} more</Trans>
        </Text>
      )}
      {journal.morePostings === 0 && (
        <Text size="sm">
          <Trans>All postings together: {money(sumMinor, data.currency)}</Trans>
        </Text>
      )}
    </Page>
  )
}

function PostingCard(of: {
  posting: ExplainedJournal['postings'][number]
  journalId: string
  isBatch: boolean
  currency: string
  isMarked: boolean
}) {
  const { t } = useLingui()
  const nameOf = useAccountName()
  const { posting, currency } = of
  return (
    <Paper withBorder p="md" component="section" data-marked={of.isMarked || undefined} className={css['posting']}>
      <Group justify="space-between" gap="md" align="flex-start">
        <Stack gap={0}>
          <Title order={2} size="h5" data-row>
            <Go to="/account" search={{ account: posting.account }}>
              {nameOf(posting.account)}
              {posting.ownerName !== null && ` · ${posting.ownerName}`}
            </Go>
          </Title>
          <Text size="xs" c="dimmed">
            {posting.account}
          </Text>
        </Stack>
        <Text fw={650} className="tabular">
          {money(posting.amountMinor, currency)}
        </Text>
      </Group>
      {posting.parts.length > 0 && (
        <Box
          className={css['wide']}
          role="region"
          aria-label={t`Where ${nameOf(posting.account)} comes from`}
          tabIndex={0}
        >
          <table className={css['table']}>
            <thead>
              <tr>
                <th scope="col">{t`Order and line`}</th>
                <th scope="col">{t`Why`}</th>
                <th scope="col" data-figures>{t`Amount`}</th>
              </tr>
            </thead>
            <tbody>
              {posting.parts.map((part, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a journal never changes.
                <tr key={index}>
                  <td>
                    {part.orderId === null ? (
                      '–'
                    ) : of.isBatch ? (
                      <Go to="/journals/$id" params={{ id: of.journalId }} search={{ orderId: part.orderId }}>
                        {part.orderNumber ?? t`Order`}
                      </Go>
                    ) : (
                      <Go
                        to="/orders/$id"
                        params={{ id: part.orderId }}
                        {...(part.lineNo === null ? {} : { hash: `line-${part.lineNo}` })}
                      >
                        {part.orderNumber ?? t`Order`}
                        {part.lineNo !== null && ` · ${part.lineNo}`}
                      </Go>
                    )}
                    {part.title !== null && (
                      <Text size="xs" c="dimmed">
                        {pick(part.title)}
                      </Text>
                    )}
                  </td>
                  <td>{pick(part.what)}</td>
                  <td data-figures>{money(part.amountMinor, currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Box>
      )}
    </Paper>
  )
}
