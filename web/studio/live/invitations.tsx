import { Trans } from '@lingui/react/macro'
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, must, sessionQuery } from '../../client/index.ts'
import { toast, wordsOf } from '../../kit/index.ts'
import { seatsQuery } from '../queries.ts'
import { useEndSeat } from './cohost-panel.tsx'
import { RuleWords } from './rule-words.tsx'

/** Who wants to host with me, and what I would earn. */
export function Invitations() {
  const queries = useQueryClient()
  const me = useQuery(sessionQuery).data?.me?.creatorId
  const seats = useQuery(seatsQuery).data?.seats ?? []
  const end = useEndSeat()
  const join = useMutation({
    mutationFn: (id: string) => must(api.POST('/api/v1/studio/cohosts/{id}/joinings', { params: { path: { id } } })),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => void queries.invalidateQueries({ queryKey: seatsQuery.queryKey }),
  })
  const offered = seats.filter((seat) => seat.state === 'invited' && seat.guest.creatorId === me)
  return offered.map((seat) => {
    const { name } = seat.host
    return (
      <Paper key={seat.id} withBorder p="lg" component="section" aria-labelledby={`seat-${seat.id}`}>
        <Stack gap="xs">
          <Title order={2} size="h4" id={`seat-${seat.id}`}>
            <Trans>{name} invites you to host together</Trans>
          </Title>
          <Text size="sm" c="dimmed">
            {seat.title}
          </Text>
          <Text size="sm">
            <RuleWords seat={seat} />
          </Text>
          <Group>
            <Button loading={join.isPending} onClick={() => join.mutate(seat.id)}>
              <Trans>Join</Trans>
            </Button>
            <Button variant="default" loading={end.isPending} onClick={() => end.mutate(seat.id)}>
              <Trans>Decline</Trans>
            </Button>
          </Group>
        </Stack>
      </Paper>
    )
  })
}
