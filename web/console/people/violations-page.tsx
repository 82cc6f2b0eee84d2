import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { day, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Listing, Page, usePages } from '../listing.tsx'
import { Moment } from '../moment.tsx'
import { mayDo } from '../places.ts'
import { given } from '../queries.ts'
import type { Violation } from '../types.ts'
import { RecordViolation } from './record-violation.tsx'
import { ruleWords, severityWords, violationStateWords } from './violation-words.ts'

export function ViolationsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters] = useFilters()
  const creatorId = filters['creatorId']
  const [closed, setClosed] = useState<Violation | null>(null)
  const [recording, setRecording] = useState(false)
  const creator = useQuery({
    queryKey: ['creator', creatorId],
    enabled: creatorId !== undefined,
    queryFn: () => must(api.GET('/api/v1/creators/{id}', { params: { path: { id: creatorId ?? '' } } })),
  }).data?.creator
  const wanted = given({ creatorId })
  const pages = usePages<Violation>(['violations', wanted], (query, signal) =>
    must(api.GET('/api/v1/violations', { params: { query: { ...query, ...wanted } }, signal })),
  )
  const mayChange = mayDo(me?.roles ?? [], ['moderator', 'admin'])
  return (
    <Page
      title={creator ? t`Violations of ${creator.name}` : t`Violations`}
      action={
        <>
          {creatorId && (
            <Button component={Go} to="/violations" search={{}} variant="default">
              <Trans>Of all creators</Trans>
            </Button>
          )}
          {mayChange &&
            (creator ? (
              <Button color="red" onClick={() => setRecording(true)}>
                <Trans>Record a violation</Trans>
              </Button>
            ) : (
              <Button component={Go} to="/creators" variant="default">
                <Trans>Choose a creator to record one</Trans>
              </Button>
            ))}
        </>
      }
    >
      <Listing
        label={t`Violations`}
        pages={pages}
        keyOf={(each) => each.id}
        empty={<Trans>No violations. Good.</Trans>}
        columns={[
          {
            name: t`Rule`,
            cell: (each) => (
              <>
                <Text size="sm" fw={600}>
                  {t(ruleWords[each.rule])}
                </Text>
                <Text size="xs" c="dimmed">
                  {each.note}
                </Text>
                {each.atSecond !== null && <Moment sessionId={each.sessionId} second={each.atSecond} />}
                {each.closedReason && (
                  <Text size="xs">
                    <Trans>Closed: {each.closedReason}</Trans>
                  </Text>
                )}
              </>
            ),
          },
          {
            name: t`Severity`,
            wideOnly: true,
            cell: (each) => (
              <Badge variant="light" tt="none" color={severityWords[each.severity].colour}>
                {t(severityWords[each.severity].name)}
              </Badge>
            ),
          },
          { name: t`Points`, wideOnly: true, figures: true, cell: (each) => each.points },
          {
            name: t`State`,
            cell: (each) => (
              <Badge variant="light" tt="none" color={violationStateWords[each.state].colour}>
                {t(violationStateWords[each.state].name)}
              </Badge>
            ),
          },
          { name: t`Recorded`, wideOnly: true, figures: true, cell: (each) => day(each.recordedAt) },
          { name: t`Until`, wideOnly: true, figures: true, cell: (each) => day(each.expiresAt) },
          {
            name: t`Creator`,
            wideOnly: true,
            cell: (each) =>
              creatorId ? null : (
                <Go to="/violations" search={{ creatorId: each.creatorId }}>
                  <Trans>All of this creator</Trans>
                </Go>
              ),
          },
          ...(mayChange
            ? [
                {
                  name: <span className="visually-hidden">{t`Actions`}</span>,
                  figures: true,
                  cell: (each: Violation) =>
                    each.state === 'active' && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={t`Close the violation: ${t(ruleWords[each.rule])}`}
                        onClick={() => setClosed(each)}
                      >
                        <Trans>Close</Trans>
                      </Button>
                    ),
                },
              ]
            : []),
        ]}
      />
      <RecordViolation creator={recording && creator ? creator : null} onClose={() => setRecording(false)} />
      <Modal
        opened={closed !== null}
        onClose={() => setClosed(null)}
        title={t`Close before it expires`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {closed && <CloseForm violation={closed} onDone={() => setClosed(null)} />}
      </Modal>
    </Page>
  )
}

function CloseForm({ violation, onDone }: { violation: Violation; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const isReady = reason.trim().length >= 3
  const send = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/violations/{id}/closings', {
          params: { path: { id: violation.id } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: () => {
      toast(t`Closed. The gate is decided anew at once.`, 'good')
      void queries.invalidateQueries({ queryKey: ['violations'] })
      void queries.invalidateQueries({ queryKey: ['creators'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) send.mutate()
      }}
    >
      <Stack>
        <Textarea
          data-autofocus
          label={t`Reason`}
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={send.isPending} disabled={!isReady}>
            <Trans>Close the violation</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
