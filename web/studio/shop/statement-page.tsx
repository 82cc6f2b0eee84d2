import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Group, NativeSelect, Paper, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, EmptyState, ErrorState, money, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import type { Statement } from '../types.ts'
import { shopStatementLinesQuery, shopStatementQuery } from './queries.ts'

/** A month of my shop: what it began with, what came and went, what it ended with; each line names its order line. */
export function StatementPage() {
  const { t } = useLingui()
  useLocale()
  const [filters, setFilters] = useFilters()
  const { data, error, isPending, refetch } = useQuery(shopStatementQuery(filters['month']))
  return (
    <Page
      title={t`Statement`}
      lead={t`Read from entries that never change: a month that is over says the same for ever.`}
      action={
        data && (
          <Group gap="xs">
            <NativeSelect
              aria-label={t`Month`}
              value={data.statement.month}
              data={data.months.includes(data.statement.month) ? data.months : [data.statement.month, ...data.months]}
              onChange={(event) => setFilters({ month: event.currentTarget.value, kind: undefined })}
            />
            <Button
              component="a"
              href={`/api/v1/studio/shop/statement/file?month=${data.statement.month}`}
              variant="default"
              leftSection={<Download size={16} aria-hidden="true" />}
            >
              CSV
            </Button>
          </Group>
        )
      }
    >
      {isPending ? (
        <Skeleton height={240} />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Sums statement={data.statement} kind={filters['kind']} />
          <Lines statement={data.statement} kind={filters['kind']} />
        </>
      )}
    </Page>
  )
}

function Sums({ statement, kind }: { statement: Statement; kind: string | undefined }) {
  const { month, currency } = statement
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h5" mb="xs">
        <Trans>The month</Trans>
      </Title>
      <dl className="sums">
        <div>
          <dt>
            <Trans>At first</Trans>
          </dt>
          <dd className="tabular">{money(statement.openingMinor, currency)}</dd>
        </div>
        {statement.items.map((item) => (
          <div key={item.kind}>
            <dt>
              {item.kind === 'payout' ? (
                <Anchor component={Go} to="/shop" size="sm" underline="always">
                  {pick(item.name)}
                </Anchor>
              ) : (
                <Anchor
                  component={Go}
                  to="/shop/statement"
                  search={{ month, kind: kind === item.kind ? undefined : item.kind }}
                  size="sm"
                  underline="always"
                >
                  {pick(item.name)}
                </Anchor>
              )}{' '}
              <Text span size="xs" c="dimmed">
                × {item.count}
              </Text>
            </dt>
            <dd className="tabular">{money(item.amountMinor, currency)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <b>
              <Trans>At last</Trans>
            </b>
          </dt>
          <dd className="tabular">
            <b>{money(statement.closingMinor, currency)}</b>
          </dd>
        </div>
      </dl>
    </Paper>
  )
}

function Lines({ statement, kind }: { statement: Statement; kind: string | undefined }) {
  const pages = useInfiniteQuery(shopStatementLinesQuery({ month: statement.month, kind }))
  const lines = pages.data?.pages.flatMap((page) => page.items) ?? []
  const shown = statement.items.find((item) => item.kind === kind)
  return (
    <Paper withBorder p="md" component="section">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {shown ? pick(shown.name) : <Trans>Line by line</Trans>}
        </Title>
        {kind !== undefined && (
          <Button component={Go} to="/shop/statement" search={{ month: statement.month }} size="xs" variant="default">
            <Trans>All kinds</Trans>
          </Button>
        )}
      </Group>
      {pages.isPending ? (
        <Skeleton height={120} />
      ) : pages.data === undefined ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : lines.length === 0 ? (
        <EmptyState title={<Trans>Nothing came or went.</Trans>} />
      ) : (
        <dl className="sums">
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries never change.
            <div key={index}>
              <dt>
                {line.orderId === null ? (
                  <Text size="sm">{pick(line.sentence)}</Text>
                ) : (
                  <Anchor
                    component={Go}
                    to="/shop/orders/$id"
                    params={{ id: line.orderId }}
                    size="sm"
                    underline="always"
                  >
                    {pick(line.sentence)}
                    {line.lineNo !== null && (
                      <>
                        {' '}
                        · <Trans>line {line.lineNo}</Trans>
                      </>
                    )}
                  </Anchor>
                )}
                <Text size="xs" c="dimmed">
                  {dateTime(line.at)}
                  {line.payoutNumber !== null && (
                    <>
                      {' '}
                      · <Trans>in payout {line.payoutNumber}</Trans>
                    </>
                  )}
                </Text>
              </dt>
              <dd className="tabular">{money(line.amountMinor, line.currency)}</dd>
            </div>
          ))}
        </dl>
      )}
      {pages.hasNextPage && (
        <Group justify="center" mt="sm">
          <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            <Trans>Load more</Trans>
          </Button>
        </Group>
      )}
    </Paper>
  )
}
