/** What people report and what forbidden words found: the most urgent first, each decided once with an answer. */
import { msg } from '@lingui/core/macro'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, Segments, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Listing, Page, usePages } from '../listing.tsx'
import { Moment } from '../moment.tsx'
import { mayDo } from '../places.ts'
import type { Report } from '../types.ts'
import { ForbiddenWords } from './forbidden-words.tsx'

const reasonWords: Record<Report['reason'], ReturnType<typeof msg>> = {
  off_platform_sale: msg`Sells outside the platform`,
  false_claim: msg`False claim`,
  banned_goods: msg`Banned goods`,
  abuse: msg`Abuse`,
  minor_in_danger: msg`A minor in danger`,
  spam: msg`Spam`,
  sensitive_word: msg`Forbidden word`,
  other: msg`Something else`,
}

export function ReportsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters, setFilters] = useFilters()
  const [decided, setDecided] = useState<Report | null>(null)
  const [isEditing, setEditing] = useState(false)
  const state = filters['state'] === 'decided' ? 'decided' : 'open'
  const pages = usePages<Report>(
    ['reports', state],
    (query, signal) => must(api.GET('/api/v1/reports', { params: { query: { ...query, state } }, signal })),
    { refetchMs: 10_000 },
  )
  const counts = useQuery({
    queryKey: ['reports', 'counts'],
    refetchInterval: 10_000,
    queryFn: () => must(api.GET('/api/v1/reports', { params: { query: { limit: 1, state: 'open' } } })),
  }).data
  const roles = me?.roles ?? []
  const mayDecide = mayDo(roles, ['moderator', 'operations', 'admin'])
  const kinds = { comment: t`comment`, room: t`room`, person: t`person` }
  return (
    <Page
      title={t`Reports`}
      lead={
        counts && (
          <>
            <Plural value={counts.open} one="# waits" other="# wait" />
            {' · '}
            <Plural value={counts.overdue} one="# is overdue" other="# are overdue" />
          </>
        )
      }
      action={
        <Button variant="default" onClick={() => setEditing(true)}>
          <Trans>Forbidden words</Trans>
        </Button>
      }
    >
      <Group gap="xs">
        <Segments<'open' | 'decided'>
          label={t`State`}
          value={state}
          onChange={(value) => setFilters({ state: value === 'decided' ? value : undefined })}
          options={[
            { value: 'open', label: t`Waiting` },
            { value: 'decided', label: t`Decided` },
          ]}
        />
      </Group>
      <Listing
        label={t`Reports`}
        pages={pages}
        keyOf={(report) => report.id}
        empty={state === 'open' ? <Trans>Nothing waits.</Trans> : <Trans>Nothing has been decided yet.</Trans>}
        markOf={(report) => (report.isOverdue ? 'bad' : undefined)}
        columns={[
          {
            name: t`What`,
            cell: (report) => (
              <>
                <Group gap={6}>
                  <Text size="sm" fw={600}>
                    {t(reasonWords[report.reason])}
                  </Text>
                  <Badge variant="light" color="gray" tt="none">
                    {kinds[report.kind]}
                  </Badge>
                </Group>
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  <b>{report.subject.name}</b> {report.subject.text}
                </Text>
                {report.note && (
                  <Text size="xs" c="dimmed">
                    {report.note}
                  </Text>
                )}
                <Moment sessionId={report.subject.sessionId} at={report.subject.at} />
              </>
            ),
          },
          {
            name: t`By`,
            wideOnly: true,
            cell: (report) => (report.reporterId === null ? <Trans>the platform</Trans> : <Trans>a viewer</Trans>),
          },
          { name: t`Reported`, wideOnly: true, figures: true, cell: (report) => dateTime(report.at) },
          {
            name: state === 'open' ? t`Due` : t`Decision`,
            figures: state === 'open',
            cell: (report) =>
              report.decision === null ? (
                <>
                  {dateTime(report.dueAt)}
                  {report.isOverdue && (
                    <Text size="xs" c="var(--accent-text)" fw={600}>
                      <Trans>overdue</Trans>
                    </Text>
                  )}
                </>
              ) : (
                <>
                  <Badge variant="light" tt="none" color={report.decision === 'upheld' ? 'red' : 'gray'}>
                    {report.decision === 'upheld' ? <Trans>upheld</Trans> : <Trans>dismissed</Trans>}
                  </Badge>
                  <Text size="xs">{report.answer}</Text>
                </>
              ),
          },
          ...(mayDecide && state === 'open'
            ? [
                {
                  name: <span className="visually-hidden">{t`Actions`}</span>,
                  figures: true,
                  cell: (report: Report) => (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={t`Decide the report about ${report.subject.name}`}
                      onClick={() => setDecided(report)}
                    >
                      <Trans>Decide</Trans>
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <Modal
        opened={decided !== null}
        onClose={() => setDecided(null)}
        title={t`Decide the report`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {decided && <Decide of={decided} onDone={() => setDecided(null)} />}
      </Modal>
      <Modal
        opened={isEditing}
        onClose={() => setEditing(false)}
        title={t`Forbidden words`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {isEditing && (
          <ForbiddenWords mayChange={mayDo(roles, ['moderator', 'admin'])} onDone={() => setEditing(false)} />
        )}
      </Modal>
    </Page>
  )
}

function Decide({ of, onDone }: { of: Report; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [answer, setAnswer] = useState('')
  const send = useMutation({
    mutationFn: (decision: 'upheld' | 'dismissed') =>
      must(
        api.POST('/api/v1/reports/{id}/decisions', {
          params: { path: { id: of.id } },
          body: { decision, answer: answer.trim() },
        }),
      ),
    onSuccess() {
      toast(t`Decided.`, 'good')
      void queries.invalidateQueries({ queryKey: ['reports'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const isReady = answer.trim().length >= 3
  return (
    <Stack>
      <Text size="sm">
        <b>{of.subject.name}</b> {of.subject.text}
      </Text>
      <Moment sessionId={of.subject.sessionId} at={of.subject.at} />
      <Textarea
        data-autofocus
        label={t`Why`}
        autosize
        minRows={2}
        maxLength={300}
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
      />
      <Text size="xs" c="dimmed">
        <Trans>
          Stopping the room and recording a violation are steps of their own:{' '}
          <Go to="/rooms">
            <Trans>live rooms</Trans>
          </Go>
          ,{' '}
          <Go to="/creators">
            <Trans>creators</Trans>
          </Go>
          .
        </Trans>
      </Text>
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={!isReady}
          loading={send.isPending && send.variables === 'dismissed'}
          onClick={() => send.mutate('dismissed')}
        >
          <Trans>Dismiss</Trans>
        </Button>
        <Button
          color="red"
          disabled={!isReady}
          loading={send.isPending && send.variables === 'upheld'}
          onClick={() => send.mutate('upheld')}
        >
          <Trans>Uphold</Trans>
        </Button>
      </Group>
    </Stack>
  )
}
