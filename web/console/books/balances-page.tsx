import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Paper, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, must } from '../../client/index.ts'
import { Go } from '../../kit/desk.tsx'
import { ErrorState, money, pick, useLocale } from '../../kit/index.ts'
import { Page, SkeletonRows } from '../listing.tsx'
import css from '../orders/order.module.css'
import type { Balances } from '../types.ts'

const kinds = ['asset', 'liability', 'equity', 'income', 'expense'] as const

/** Debits are positive, credits negative: what the house owns, owes and earned sums to zero. */
export function BalancesPage() {
  const { t } = useLingui()
  useLocale()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['balances'],
    refetchInterval: 15_000,
    queryFn: () => must(api.GET('/api/v1/books/balances')),
  })
  return (
    <Page
      title={t`Trial balance`}
      lead={t`Debit positive, credit negative; all of it sums to zero. Each line leads down to the lines of orders.`}
    >
      {isPending ? (
        <SkeletonRows />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          {data.totalMinor === 0 ? (
            <Alert color="green" title={<Trans>The books balance</Trans>}>
              <Trans>The sum of all accounts is {money(0, data.currency)}.</Trans>
            </Alert>
          ) : (
            <Alert color="red" title={<Trans>The books do not balance</Trans>}>
              <Trans>The sum of all accounts is {money(data.totalMinor, data.currency)}. Run the audit.</Trans>
            </Alert>
          )}
          {kinds.map((kind) => (
            <Kind key={kind} kind={kind} data={data} />
          ))}
        </>
      )}
    </Page>
  )
}

function Kind({ kind, data }: { kind: (typeof kinds)[number]; data: Balances }) {
  const { t } = useLingui()
  const names = {
    asset: t`Assets`,
    liability: t`Liabilities`,
    equity: t`Equity`,
    income: t`Income`,
    expense: t`Expenses`,
  }
  const rows = data.balances.filter((row) => row.kind === kind)
  if (rows.length === 0) return null
  const sum = rows.reduce((total, row) => total + row.amountMinor, 0)
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">
        {names[kind]}
      </Title>
      <dl className={css['sum']}>
        {rows.map((row) => (
          <div key={row.account}>
            <dt>
              <span data-row>
                {row.account.includes('*') ? (
                  <Go to="/accounts" search={{ line: row.account }}>
                    {pick(row.name)}
                  </Go>
                ) : (
                  <Go to="/account" search={{ account: row.account }}>
                    {pick(row.name)}
                  </Go>
                )}
              </span>{' '}
              <Text span size="xs" c="dimmed">
                {row.account}
              </Text>
            </dt>
            <dd className="tabular">{money(row.amountMinor, data.currency)}</dd>
          </div>
        ))}
        <div data-kind="total">
          <dt>
            <Trans>Together</Trans>
          </dt>
          <dd className="tabular">{money(sum, data.currency)}</dd>
        </div>
      </dl>
    </Paper>
  )
}
