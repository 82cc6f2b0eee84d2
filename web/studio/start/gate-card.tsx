import { Trans, useLingui } from '@lingui/react/macro'
import { Group, Paper, Progress, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX, LockKeyhole, LockKeyholeOpen } from 'lucide-react'
import { useSession } from '../../client/index.ts'
import { Go } from '../../kit/desk.tsx'
import { count, ErrorState, money, Skeleton, useLocale } from '../../kit/index.ts'
import { gateQuery } from '../queries.ts'
import type { Gate } from '../types.ts'

/** Which clause of the gate says what, and by how much. Whoever stands before it sees it flip. */
export function GateCard() {
  const { data, error, refetch } = useQuery(gateQuery)
  if (data === undefined) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={180} />
  }
  const gate = data.gates.find((each) => each.capability === 'live')
  return gate ? <GateOf gate={gate} /> : null
}

export function GateOf({ gate }: { gate: Gate }) {
  useLocale()
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="gate" data-passed={gate.passed}>
      <Group gap="sm" wrap="nowrap" mb="md">
        {gate.passed ? (
          <LockKeyholeOpen size={28} color="var(--good)" aria-hidden="true" />
        ) : (
          <LockKeyhole size={28} color="var(--warn)" aria-hidden="true" />
        )}
        <div role="status">
          <Title order={2} size="h4" id="gate">
            {gate.passed ? (
              <Trans>The gate to the live room is open</Trans>
            ) : (
              <Trans>The gate to the live room is closed</Trans>
            )}
          </Title>
          <Text size="sm" c="dimmed">
            <Trans>Rule version {gate.ruleVersion}. Decided anew whenever a fact changes.</Trans>
          </Text>
        </div>
      </Group>
      <Stack gap="md">
        {gate.clauses.map((clause) => (
          <Clause key={clause.clause} clause={clause} />
        ))}
      </Stack>
    </Paper>
  )
}

function Clause({ clause }: { clause: Gate['clauses'][number] }) {
  const { t } = useLingui()
  const Icon = clause.passed ? CircleCheck : CircleX
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start" data-clause={clause.clause} data-passed={clause.passed}>
      <Icon size={20} color={clause.passed ? 'var(--good)' : 'var(--accent)'} aria-hidden="true" />
      <div style={{ flex: 1 }}>
        <Text fw={600} size="sm">
          <Asked clause={clause} />
          <span className="visually-hidden">{clause.passed ? t`: passed` : t`: not passed`}</span>
        </Text>
        {clause.clause === 'followers_min' && (
          <Progress
            my={6}
            value={clause.needed === 0 ? 100 : Math.min(100, (clause.actual / clause.needed) * 100)}
            color={clause.passed ? 'green' : 'brand'}
            aria-label={t`Followers`}
          />
        )}
        <Text size="sm" c="dimmed" className="tabular">
          <There clause={clause} />
        </Text>
      </div>
    </Group>
  )
}

function Asked({ clause }: { clause: Gate['clauses'][number] }) {
  const currency = useSession().platform?.currency ?? 'CNY'
  switch (clause.clause) {
    case 'followers_min':
      return <Trans>At least {clause.needed.toLocaleString('en')} followers</Trans>
    case 'active_violations_max':
      return <Trans>At most {clause.needed} active violations</Trans>
    case 'verified':
      return <Trans>You have shown who you are</Trans>
    case 'restrictions_max':
      return <Trans>Nothing is closed to you</Trans>
    case 'deposit_min':
      return <Trans>A deposit of {money(clause.needed, currency)}</Trans>
    default:
      return <Trans>A score of at least {clause.needed}</Trans>
  }
}

function There({ clause }: { clause: Gate['clauses'][number] }) {
  const currency = useSession().platform?.currency ?? 'CNY'
  switch (clause.clause) {
    case 'followers_min':
      return clause.passed ? (
        <Trans>You have {count(clause.actual)}.</Trans>
      ) : (
        <Trans>
          You have {clause.actual.toLocaleString('en')}, {clause.short.toLocaleString('en')} short.
        </Trans>
      )
    case 'active_violations_max':
      return clause.passed ? (
        <Trans>You have {clause.actual}.</Trans>
      ) : (
        <>
          <Trans>
            You have {clause.actual}, {clause.short} too many.
          </Trans>{' '}
          <Go to="/violations">
            <Trans>See which</Trans>
          </Go>
        </>
      )
    case 'verified':
      return clause.passed ? (
        <Trans>Verified.</Trans>
      ) : (
        <Go to="/verification">
          <Trans>Show it now: name and number, one minute</Trans>
        </Go>
      )
    case 'restrictions_max':
      return clause.passed ? (
        <Trans>Everything is open.</Trans>
      ) : (
        <Go to="/violations">
          <Trans>See what is closed, and until when</Trans>
        </Go>
      )
    case 'deposit_min':
      return clause.passed ? (
        <Trans>{money(clause.actual, currency)} are held.</Trans>
      ) : (
        <Go to="/earnings">
          <Trans>{money(clause.short, currency)} are missing: top it up</Trans>
        </Go>
      )
    default:
      return <Trans>Yours is {clause.actual}.</Trans>
  }
}
