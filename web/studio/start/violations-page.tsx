import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Group, Paper, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { day, EmptyState, ErrorState, Skeleton, useLocale } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import { violationsQuery } from '../queries.ts'
import type { Violation } from '../types.ts'

const rules = {
  false_claim: msg`False claim`,
  banned_goods: msg`Banned goods`,
  vulgar_content: msg`Vulgar content`,
  off_platform_sale: msg`Sale off the platform`,
  fake_interaction: msg`Fake interaction`,
  copied_content: msg`Copied content`,
}
const severities = { minor: msg`minor`, serious: msg`serious`, severe: msg`severe` }
const states = { active: msg`active`, closed: msg`closed`, expired: msg`expired` }

export function ViolationsPage() {
  const { t } = useLingui()
  useLocale()
  const { data, error, isPending, refetch } = useQuery(violationsQuery)
  return (
    <Page
      title={t`Violations`}
      lead={t`An active violation closes the gate to the live room until it is closed or expires.`}
    >
      {isPending ? (
        <Skeleton height={160} />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data.violations.length === 0 ? (
        <Paper withBorder>
          <EmptyState
            icon={<ShieldCheck aria-hidden="true" />}
            title={<Trans>No violations. Keep it like this.</Trans>}
          />
        </Paper>
      ) : (
        <Stack gap="sm">
          {data.violations.map((violation) => (
            <ViolationCard key={violation.id} violation={violation} />
          ))}
        </Stack>
      )}
    </Page>
  )
}

function ViolationCard({ violation }: { violation: Violation }) {
  const { t } = useLingui()
  const isActive = violation.state === 'active'
  return (
    <Paper withBorder p="md" component="article">
      <Group justify="space-between" mb={4}>
        <Text fw={650}>{t(rules[violation.rule])}</Text>
        <Group gap={6}>
          <Badge variant="light" color="orange" tt="none">
            {t(severities[violation.severity])}
          </Badge>
          <Badge variant="light" color={isActive ? 'red' : 'gray'} tt="none">
            {t(states[violation.state])}
          </Badge>
        </Group>
      </Group>
      <Text size="sm" mb="xs">
        {violation.note}
      </Text>
      <Text size="sm" c="dimmed">
        <Trans>{violation.points} points</Trans> · <Trans>recorded {day(violation.recordedAt)}</Trans> ·{' '}
        {isActive ? <Trans>until {day(violation.expiresAt)}</Trans> : violation.closedReason}
      </Text>
    </Paper>
  )
}
