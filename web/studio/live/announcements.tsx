import { Trans, useLingui } from '@lingui/react/macro'
import { Button, CopyButton, Group, NativeSelect, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { BellRing, CalendarPlus, Copy } from 'lucide-react'
import { useState } from 'react'
import { api, must, newId } from '../../client/index.ts'
import { dateTime, ErrorState, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { announcementsQuery, mySessionQuery } from '../queries.ts'
import type { Announcement, Ingest } from '../types.ts'
import css from './live.module.css'

const minutesChoices = [30, 60, 90, 120, 180, 240, 360, 480, 780]
type Opened = (of: { sessionId: string; ingest: Ingest }) => void

/** Broadcasts to come: say when, see who waits, open when it is time. */
export function Announcements({ canOpen, onOpened }: { canOpen: boolean; onOpened: Opened }) {
  useLocale()
  const { data, error, refetch } = useQuery(announcementsQuery)
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="announced">
      <Title order={2} size="h4" id="announced" mb={4}>
        <Trans>Announce a broadcast</Trans>
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        <Trans>Followers ask to be reminded, and are told the moment you go on air.</Trans>
      </Text>
      <Announce isClosed={!canOpen} />
      {data === undefined ? (
        error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={60} />
        )
      ) : (
        <ul className={css['team']}>
          {data.announcements.map((each) => (
            <Announced key={each.id} announcement={each} canOpen={canOpen} onOpened={onOpened} />
          ))}
        </ul>
      )}
    </Paper>
  )
}

function Announce({ isClosed }: { isClosed: boolean }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id, setId] = useState(() => newId())
  const [title, setTitle] = useState('')
  const [startsAt, setStartsAt] = useState('')
  const [minutes, setMinutes] = useState(120)
  const announce = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/studio/announcements', {
          body: { id, title: title.trim(), startsAt: new Date(startsAt).toISOString(), minutes },
        }),
      ),
    onSuccess: () => {
      setId(newId())
      setTitle('')
      toast(t`Announced.`, 'good')
      void queries.invalidateQueries({ queryKey: announcementsQuery.queryKey })
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const isReady = title.trim() !== '' && startsAt !== ''
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) announce.mutate()
      }}
    >
      <Group align="flex-end" gap="sm" mb="md">
        <TextInput
          style={{ flex: '2 1 220px' }}
          label={t`Title`}
          maxLength={60}
          value={title}
          disabled={isClosed}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <TextInput
          style={{ flex: '1 1 190px' }}
          label={t`Starts`}
          type="datetime-local"
          value={startsAt}
          disabled={isClosed}
          onChange={(event) => setStartsAt(event.currentTarget.value)}
        />
        <NativeSelect
          label={t`Lasts`}
          value={String(minutes)}
          disabled={isClosed}
          data={minutesChoices.map((each) => ({
            value: String(each),
            label: each < 60 ? t`${each} minutes` : t`${each / 60} hours`,
          }))}
          onChange={(event) => setMinutes(Number(event.currentTarget.value))}
        />
        <Button type="submit" loading={announce.isPending} disabled={isClosed || !isReady}>
          <Trans>Announce</Trans>
        </Button>
      </Group>
    </form>
  )
}

function Announced(of: { announcement: Announcement; canOpen: boolean; onOpened: Opened }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const { id, title, startsAt, reminders, roomId } = of.announcement
  const onError = (error: unknown) => toast(wordsOf(error), 'bad')
  const open = useMutation({
    mutationFn: () => must(api.POST('/api/v1/studio/sessions', { body: { id, title } })),
    onSuccess: ({ session, ingest }) => {
      if (ingest) of.onOpened({ sessionId: session.id, ingest })
      queries.setQueryData(mySessionQuery.queryKey, { session })
    },
    onError,
  })
  const cancel = useMutation({
    mutationFn: () => must(api.DELETE('/api/v1/studio/announcements/{id}', { params: { path: { id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: announcementsQuery.queryKey }),
    onError,
  })
  return (
    <li>
      <Stack gap={6}>
        <Group justify="space-between" wrap="nowrap">
          <div>
            <b>{title}</b>
            <Text size="xs" c="dimmed">
              {dateTime(startsAt)}
            </Text>
          </div>
          <Text size="sm" className="tabular" title={t`Who asked to be reminded`}>
            <BellRing size={14} aria-hidden="true" /> <Trans>{reminders} wait</Trans>
          </Text>
        </Group>
        <Group gap="xs">
          <Button size="xs" loading={open.isPending} disabled={!of.canOpen} onClick={() => open.mutate()}>
            <Trans>Open the session</Trans>
          </Button>
          <CopyButton value={`${location.origin}/rooms/${roomId}`}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" leftSection={<Copy size={14} aria-hidden="true" />} onClick={copy}>
                {copied ? <Trans>Copied</Trans> : <Trans>Copy the link</Trans>}
              </Button>
            )}
          </CopyButton>
          <Button
            component="a"
            size="xs"
            variant="default"
            href={`/api/v1/announcements/${id}/calendar`}
            leftSection={<CalendarPlus size={14} aria-hidden="true" />}
          >
            <Trans>Calendar</Trans>
          </Button>
          <Button size="xs" variant="subtle" color="gray" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            <Trans>Take back</Trans>
          </Button>
        </Group>
      </Stack>
    </li>
  )
}
