import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, newId } from '../../client/index.ts'
import { toast, wordsOf } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import { gateQuery, mySessionQuery } from '../queries.ts'
import { GateCard } from '../start/gate-card.tsx'
import type { Ingest } from '../types.ts'
import { Announcements } from './announcements.tsx'
import { Invitations } from './invitations.tsx'

export function OpenSession({ onOpened }: { onOpened: (of: { sessionId: string; ingest: Ingest }) => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const gate = useQuery(gateQuery).data?.gates.find((each) => each.capability === 'live')
  const [id] = useState(() => newId())
  const [title, setTitle] = useState('')
  const isReady = title.trim() !== '' && gate?.passed === true
  const open = useMutation({
    mutationFn: () => must(api.POST('/api/v1/studio/sessions', { body: { id, title: title.trim() } })),
    onSuccess: ({ session, ingest }) => {
      if (ingest) onOpened({ sessionId: session.id, ingest })
      queries.setQueryData(mySessionQuery.queryKey, { session })
    },
    onError: (error) => {
      toast(wordsOf(error), 'bad')
      void queries.invalidateQueries({ queryKey: gateQuery.queryKey })
      void queries.invalidateQueries({ queryKey: mySessionQuery.queryKey })
    },
  })
  return (
    <Page title={t`Go live`}>
      <GateCard />
      <Invitations />
      <Paper withBorder p="lg" component="section" aria-labelledby="open">
        <Title order={2} size="h4" id="open" mb={4}>
          <Trans>Open a session</Trans>
        </Title>
        <Text size="sm" c="dimmed" mb="md">
          <Trans>Nobody sees it yet: first you fill the bag and connect your encoder, then you go on air.</Trans>
        </Text>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady) open.mutate()
          }}
        >
          <Stack maw={520}>
            <TextInput
              label={t`Title`}
              placeholder={t`What is it about today?`}
              maxLength={60}
              value={title}
              disabled={gate !== undefined && !gate.passed}
              onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <Button type="submit" size="md" loading={open.isPending} disabled={!isReady}>
              {gate !== undefined && !gate.passed ? <Trans>The gate is closed</Trans> : <Trans>Open the session</Trans>}
            </Button>
          </Stack>
        </form>
      </Paper>
      <Announcements canOpen={gate?.passed === true} onOpened={onOpened} />
    </Page>
  )
}
