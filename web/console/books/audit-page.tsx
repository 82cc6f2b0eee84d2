import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Badge, Button, Code, Paper, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { CircleCheck, OctagonX } from 'lucide-react'
import { api, must } from '../../client/index.ts'
import { EmptyState, ErrorState } from '../../kit/index.ts'
import { Page, SkeletonRows } from '../listing.tsx'
import css from '../orders/order.module.css'
import type { Audit } from '../types.ts'

export function AuditPage() {
  const { t } = useLingui()
  const audit = useMutation({ mutationFn: () => must(api.POST('/api/v1/books/audits')) })
  return (
    <Page
      title={t`Audit`}
      lead={t`Every invariant as a question to the live database`}
      action={
        <Button onClick={() => audit.mutate()} loading={audit.isPending}>
          <Trans>Run the audit now</Trans>
        </Button>
      }
    >
      {audit.isPending ? (
        <SkeletonRows />
      ) : audit.error ? (
        <ErrorState error={audit.error} onRetry={() => audit.mutate()} />
      ) : audit.data ? (
        <Result audit={audit.data} />
      ) : (
        <Paper withBorder>
          <EmptyState title={<Trans>It has not run since you opened this page.</Trans>} />
        </Paper>
      )}
    </Page>
  )
}

function Result({ audit }: { audit: Audit }) {
  const held = audit.invariants.length - audit.invariants.filter((each) => each.broken > 0).length
  return (
    <Stack gap="sm">
      <div role="status">
        {audit.broken === 0 ? (
          <Alert color="green" icon={<CircleCheck aria-hidden="true" />} title={<Trans>Everything holds</Trans>}>
            <Trans>
              {held} invariants, checked in {audit.milliseconds} ms.
            </Trans>
          </Alert>
        ) : (
          <Alert color="red" icon={<OctagonX aria-hidden="true" />} title={<Trans>Broken: {audit.broken}</Trans>}>
            <Trans>The rows that break a rule are listed below.</Trans>
          </Alert>
        )}
      </div>
      {audit.invariants
        .toSorted((a, b) => b.broken - a.broken)
        .map((each) => (
          <Paper withBorder p="sm" key={each.id} className={css['invariant']}>
            {each.broken === 0 ? (
              <CircleCheck size={18} color="var(--good)" aria-hidden="true" />
            ) : (
              <OctagonX size={18} color="var(--accent)" aria-hidden="true" />
            )}
            <div style={{ flex: 1, minWidth: 0 }}>
              <Text size="sm">{each.sentence}</Text>
              <Text size="xs" c="dimmed">
                {each.id}
              </Text>
              {each.rows.length > 0 && (
                <Code block mt="xs">
                  {each.rows.map((row) => JSON.stringify(row)).join('\n')}
                </Code>
              )}
            </div>
            <Badge variant="light" color={each.broken === 0 ? 'green' : 'red'} tt="none">
              {each.broken === 0 ? <Trans>holds</Trans> : each.broken}
            </Badge>
          </Paper>
        ))}
    </Stack>
  )
}
