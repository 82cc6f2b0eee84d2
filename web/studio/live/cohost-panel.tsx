import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Badge, Button, Group, NumberInput, Paper, Radio, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, newId } from '../../client/index.ts'
import { ErrorState, Skeleton, toast, wordsOf } from '../../kit/index.ts'
import { seatsQuery } from '../queries.ts'
import type { Seat, StudioSession } from '../types.ts'
import { RuleWords } from './rule-words.tsx'

/** Hosting with somebody: whom, who earns, and the way out. */
export default function CohostPanel({ session }: { session: StudioSession }) {
  const { data, error, refetch } = useQuery(seatsQuery)
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={240} />
  const seat = data.seats.find((each) => each.sessionId === session.id)
  return seat === undefined ? <Invite sessionId={session.id} /> : <Beside seat={seat} />
}

/** Ends an invitation or a seat, for whoever of the two is asked. */
export function useEndSeat() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => must(api.DELETE('/api/v1/studio/cohosts/{id}', { params: { path: { id } } })),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => void queries.invalidateQueries({ queryKey: seatsQuery.queryKey }),
  })
}

function Beside({ seat }: { seat: Seat }) {
  const end = useEndSeat()
  const isJoined = seat.state === 'joined'
  const { name, handle } = seat.guest
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="beside">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h5" id="beside">
            {name}
          </Title>
          <Badge color={isJoined ? 'red' : 'gray'} tt="none">
            {isJoined ? <Trans>with you</Trans> : <Trans>invited</Trans>}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          @{handle}
        </Text>
        <Text size="sm">
          <RuleWords seat={seat} />
        </Text>
        <Button variant="default" loading={end.isPending} onClick={() => end.mutate(seat.id)}>
          {isJoined ? <Trans>Host alone again</Trans> : <Trans>Take the invitation back</Trans>}
        </Button>
      </Stack>
    </Paper>
  )
}

function Invite({ sessionId }: { sessionId: string }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id, setId] = useState(() => newId())
  const [handle, setHandle] = useState('')
  const [rule, setRule] = useState<Seat['rule']>('shared')
  const [percent, setPercent] = useState<number>(30)
  const invite = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/studio/sessions/{id}/cohosts', {
          params: { path: { id: sessionId } },
          body: {
            ...{ id, handle: handle.trim().replace(/^@/, ''), rule },
            guestBasisPoints: rule === 'shared' ? Math.round(percent * 100) : null,
          },
        }),
      ),
    onSuccess: ({ seat }) => {
      const { name } = seat.guest
      toast(t`${name} is invited.`, 'good')
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => {
      setId(newId())
      void queries.invalidateQueries({ queryKey: seatsQuery.queryKey })
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (handle.trim() !== '') invite.mutate()
      }}
    >
      <Stack gap="md">
        <div>
          <Title order={2} size="h5">
            <Trans>Host with somebody</Trans>
          </Title>
          <Text size="sm" c="dimmed">
            <Trans>Two hosts, one bag: both explain, pin and answer. Viewers see both of you.</Trans>
          </Text>
        </div>
        <TextInput
          label={t`Name of the other creator, as in @name`}
          placeholder="@"
          maxLength={40}
          autoComplete="off"
          value={handle}
          onChange={(event) => setHandle(event.currentTarget.value)}
        />
        <Radio.Group
          label={t`Who earns while you are together`}
          value={rule}
          onChange={(value) => setRule(value as Seat['rule'])}
        >
          <Stack gap={6} mt={6}>
            <Radio value="shared" label={t`We share every commission`} />
            <Radio value="bringer" label={t`Each earns on what he puts into the bag`} />
            <Radio value="host" label={t`I earn on everything`} />
          </Stack>
        </Radio.Group>
        {rule === 'shared' && (
          <NumberInput
            label={t`Part of the guest, in percent`}
            min={1}
            max={99}
            decimalScale={2}
            value={percent}
            onChange={(value) => setPercent(Math.min(99, Math.max(1, Number(value) || 1)))}
          />
        )}
        <Alert color="blue" p="xs">
          <Text size="sm">
            <Trans>The rule is fixed with the invitation. It holds for orders placed while you sit together.</Trans>
          </Text>
        </Alert>
        <Button type="submit" loading={invite.isPending} disabled={handle.trim() === ''}>
          <Trans>Invite</Trans>
        </Button>
      </Stack>
    </form>
  )
}
