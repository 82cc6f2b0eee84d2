/** What creators say against violations: words, pictures, the moment of the recording; decided once. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Badge, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, pick, Segments, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Listing, Page, usePages } from '../listing.tsx'
import { Moment } from '../moment.tsx'
import { mayDo } from '../places.ts'
import type { Appeal } from '../types.ts'
import { severityWords } from './violation-words.ts'

export function AppealsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters, setFilters] = useFilters()
  const [decided, setDecided] = useState<Appeal | null>(null)
  const state = filters['state'] === 'all' ? 'all' : 'open'
  const pages = usePages<Appeal>(['appeals', state], (query, signal) =>
    must(api.GET('/api/v1/appeals', { params: { query: { ...query, state } }, signal })),
  )
  const mayDecide = mayDo(me?.roles ?? [], ['moderator', 'admin'])
  const words = { open: t`undecided`, upheld: t`upheld`, rejected: t`rejected` }
  const colours = { open: 'blue', upheld: 'green', rejected: 'red' }
  return (
    <Page
      title={t`Appeals`}
      lead={t`Upheld: points, permissions and frozen money come back. Rejected: what was frozen is forfeited.`}
    >
      <Group gap="xs">
        <Segments<'open' | 'all'>
          label={t`State`}
          value={state}
          onChange={(value) => setFilters({ state: value === 'all' ? value : undefined })}
          options={[
            { value: 'open', label: t`Undecided` },
            { value: 'all', label: t`Decided too` },
          ]}
        />
      </Group>
      <Listing
        label={t`Appeals`}
        pages={pages}
        keyOf={(each) => each.appeal.id}
        empty={<Trans>No appeal is open.</Trans>}
        columns={[
          {
            name: t`Violation`,
            cell: ({ violation }) => (
              <>
                <Group gap={6}>
                  <Text size="sm" fw={600}>
                    {violation.clause} {pick(violation.ruleTitle)}
                  </Text>
                  <Badge variant="light" tt="none" color={severityWords[violation.severity].colour}>
                    {t(severityWords[violation.severity].name)} · {violation.points}
                  </Badge>
                </Group>
                <Text size="xs" c="dimmed">
                  {violation.note}
                </Text>
                {violation.atSecond !== null && <Moment sessionId={violation.sessionId} second={violation.atSecond} />}
              </>
            ),
          },
          {
            name: t`What the creator says`,
            cell: ({ appeal }) => (
              <>
                <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
                  {appeal.text}
                </Text>
                {appeal.atSecond !== null && <Moment sessionId={appeal.sessionId} second={appeal.atSecond} />}
                <Group gap="xs">
                  {appeal.files.map((file, index) => (
                    <Anchor key={file} size="xs" href={`/api/v1/evidence/${appeal.id}/${file}`} target="_blank">
                      <Trans>Picture {index + 1}</Trans>
                    </Anchor>
                  ))}
                </Group>
              </>
            ),
          },
          {
            name: t`Creator`,
            wideOnly: true,
            cell: ({ violation }) => (
              <Go to="/violations" search={{ creatorId: violation.creatorId }}>
                <Trans>All of this creator</Trans>
              </Go>
            ),
          },
          { name: t`Filed`, wideOnly: true, figures: true, cell: ({ appeal }) => dateTime(appeal.filedAt) },
          {
            name: t`State`,
            cell: ({ appeal }) => (
              <>
                <Badge variant="light" tt="none" color={colours[appeal.state]}>
                  {words[appeal.state]}
                </Badge>
                {appeal.answer && <Text size="xs">{appeal.answer}</Text>}
              </>
            ),
          },
          ...(mayDecide
            ? [
                {
                  name: <span className="visually-hidden">{t`Actions`}</span>,
                  figures: true,
                  cell: (each: Appeal) =>
                    each.appeal.state === 'open' && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={t`Decide the appeal: ${pick(each.violation.ruleTitle)}`}
                        onClick={() => setDecided(each)}
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
        title={t`Decide the appeal`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {decided && <DecideForm of={decided} onDone={() => setDecided(null)} />}
      </Modal>
    </Page>
  )
}

function DecideForm({ of, onDone }: { of: Appeal; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [answer, setAnswer] = useState('')
  const send = useMutation({
    mutationFn: (decision: 'upheld' | 'rejected') =>
      must(
        api.POST('/api/v1/appeals/{id}/decisions', {
          params: { path: { id: of.appeal.id } },
          body: { decision, answer: answer.trim() },
        }),
      ),
    onSuccess(_reply, decision) {
      toast(decision === 'upheld' ? t`Upheld: everything comes back.` : t`Rejected: the violation is final.`, 'good')
      for (const name of ['appeals', 'violations', 'creators']) void queries.invalidateQueries({ queryKey: [name] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const isReady = answer.trim().length >= 3
  return (
    <Stack>
      <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
        {of.appeal.text}
      </Text>
      <Textarea
        data-autofocus
        label={t`Your answer`}
        description={t`The creator reads it.`}
        autosize
        minRows={2}
        maxLength={1_000}
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button
          color="red"
          variant="light"
          disabled={!isReady}
          loading={send.isPending && send.variables === 'rejected'}
          onClick={() => send.mutate('rejected')}
        >
          <Trans>Reject</Trans>
        </Button>
        <Button
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
