/** A creator's score, what it closes, and what he did against the rules, with what he can say against it. */
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Gavel, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { serverNowMs } from '../../client/index.ts'
import { currentLocale, dateTime, day, EmptyState, ErrorState, pick, Skeleton, useLocale } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import { standingQuery, violationsQuery } from '../queries.ts'
import type { Standing, Violation } from '../types.ts'
import { AppealDialog } from './appeal-dialog.tsx'
import { clock } from './moment.ts'
import { ScoreGauge } from './score-gauge.tsx'

const severities = { minor: msg`minor`, serious: msg`serious`, severe: msg`severe` }
const states = { active: msg`active`, closed: msg`closed`, expired: msg`expired` }
const restrictions = {
  live: msg`going live`,
  showcase: msg`the shop window`,
  gated: msg`goods that need a good record`,
  giveaway: msg`giveaways`,
}

export function ViolationsPage() {
  const { t } = useLingui()
  useLocale()
  const { data, error, isPending, refetch } = useQuery(violationsQuery)
  const standing = useQuery(standingQuery).data
  const [appealed, setAppealed] = useState<Violation | null>(null)
  return (
    <Page title={t`Score and violations`} lead={t`Everybody starts with 200. Kept orders add, violations weigh.`}>
      {standing === undefined ? <Skeleton height={220} /> : <StandingCard standing={standing} />}
      <Title order={2} size="h4">
        <Trans>Violations</Trans>
      </Title>
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
            <ViolationCard key={violation.id} violation={violation} onAppeal={() => setAppealed(violation)} />
          ))}
        </Stack>
      )}
      <AppealDialog violation={appealed} onClose={() => setAppealed(null)} />
    </Page>
  )
}

function StandingCard({ standing }: { standing: Standing }) {
  const { t } = useLingui()
  const closed = standing.measures.filter((measure) => measure.inForce)
  return (
    <Paper withBorder p="lg" component="section" aria-label={t`My score`}>
      <Group align="center" gap="xl" wrap="wrap">
        <ScoreGauge standing={standing} />
        <Stack gap={6} style={{ flex: 1, minWidth: 240 }}>
          <Text size="sm">
            <Trans>
              {standing.start} at the start, {signed(standing.earned)} by good trade, {signed(-standing.weighs)} by
              violations.
            </Trans>
          </Text>
          {standing.marks.map((mark) => (
            <Group key={mark.mark} gap="xs" wrap="nowrap" align="flex-start">
              <Badge
                variant={standing.score <= mark.mark ? 'filled' : 'light'}
                color={standing.score <= mark.mark ? 'red' : 'gray'}
                miw={52}
              >
                {mark.mark}
              </Badge>
              <Text size="sm" c={standing.score <= mark.mark ? undefined : 'dimmed'}>
                {mark.days === null ? (
                  <Trans>
                    closes {listed(mark.restricts.map((each) => t(restrictions[each])))} until the score is above it
                  </Trans>
                ) : (
                  <Trans>
                    closes {listed(mark.restricts.map((each) => t(restrictions[each])))} for {mark.days} days
                  </Trans>
                )}
              </Text>
            </Group>
          ))}
        </Stack>
      </Group>
      {closed.length > 0 && (
        <Alert color="red" mt="md" title={t`Closed to you now`}>
          {closed.map((measure) => (
            <Text key={measure.id} size="sm">
              {listed(measure.restricts.map((each) => t(restrictions[each])))}
              {' · '}
              {measure.kind === 'repeat' ? (
                <Trans>the sixth violation of one kind within 90 days</Trans>
              ) : measure.endsAt ? (
                <Trans>until {dateTime(measure.endsAt)}</Trans>
              ) : (
                <Trans>until the score is above {measure.mark}</Trans>
              )}
            </Text>
          ))}
        </Alert>
      )}
    </Paper>
  )
}

/** As one says it: one, two and three. */
function listed(names: readonly string[]): string {
  return new Intl.ListFormat(currentLocale(), { type: 'conjunction' }).format(names)
}

function signed(points: number): string {
  return points > 0 ? `+${points}` : points < 0 ? `−${-points}` : '±0'
}

function ViolationCard({ violation, onAppeal }: { violation: Violation; onAppeal: () => void }) {
  const { t } = useLingui()
  const isActive = violation.state === 'active'
  const { appeal } = violation
  const mayAppeal = appeal === null && violation.state !== 'closed' && Date.parse(violation.appealUntil) > serverNowMs()
  return (
    <Paper withBorder p="md" component="article">
      <Group justify="space-between" mb={4}>
        <Text fw={650}>
          {violation.clause} {pick(violation.ruleTitle)}
        </Text>
        <Group gap={6}>
          <Badge variant="light" color="orange" tt="none">
            {t(severities[violation.severity])}
          </Badge>
          <Badge variant="light" color={isActive ? 'red' : 'gray'} tt="none">
            {t(states[violation.state])}
          </Badge>
        </Group>
      </Group>
      <Text size="sm" mb={4}>
        {violation.note}
      </Text>
      <Text size="xs" c="dimmed" mb="xs">
        <Trans>
          Clause {violation.clause}, version {violation.ruleVersion}:
        </Trans>{' '}
        {pick(violation.ruleText)}
      </Text>
      <Text size="sm" c="dimmed">
        <Trans>{violation.points} points</Trans> · <Trans>recorded {day(violation.recordedAt)}</Trans> ·{' '}
        {isActive ? <Trans>until {day(violation.expiresAt)}</Trans> : violation.closedReason}
        {violation.atSecond !== null && (
          <>
            {' '}
            · <Trans>at {clock(violation.atSecond)} of the recording</Trans>
          </>
        )}
      </Text>
      {appeal && (
        <Alert mt="sm" color={appeal.state === 'upheld' ? 'green' : appeal.state === 'rejected' ? 'red' : 'blue'}>
          <Text size="sm" fw={600}>
            {appeal.state === 'open' ? (
              <Trans>You have appealed; somebody is looking at it.</Trans>
            ) : appeal.state === 'upheld' ? (
              <Trans>Your appeal was upheld: points, permissions and frozen money are back.</Trans>
            ) : (
              <Trans>Your appeal was rejected.</Trans>
            )}
          </Text>
          {appeal.answer && <Text size="sm">{appeal.answer}</Text>}
        </Alert>
      )}
      {mayAppeal && (
        <Group justify="space-between" mt="sm">
          <Text size="xs" c="dimmed">
            <Trans>You can appeal until {dateTime(violation.appealUntil)}.</Trans>
          </Text>
          <Button size="xs" variant="default" leftSection={<Gavel size={14} aria-hidden="true" />} onClick={onAppeal}>
            <Trans>Appeal</Trans>
          </Button>
        </Group>
      )}
    </Paper>
  )
}
