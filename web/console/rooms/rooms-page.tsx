import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Modal, Paper, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { Avatar, ago, EmptyState, ErrorState, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Page, SkeletonRows } from '../listing.tsx'
import { roomsQuery } from '../queries.ts'
import type { RoomRow } from '../types.ts'

export function RoomsPage() {
  const { t } = useLingui()
  useLocale()
  const { data, error, isPending, refetch } = useQuery(roomsQuery)
  const [stopped, setStopped] = useState<RoomRow | null>(null)
  return (
    <Page title={t`Live rooms`} lead={t`What is on air right now`}>
      {isPending ? (
        <SkeletonRows />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data.rooms.length === 0 ? (
        <Paper withBorder>
          <EmptyState title={<Trans>No room is on air.</Trans>}>
            <Button component="a" href="/studio" variant="default">
              <Trans>Open the studio</Trans>
            </Button>
          </EmptyState>
        </Paper>
      ) : (
        <Stack gap="xs">
          {data.rooms.map((room) => (
            <Paper withBorder p="sm" key={room.id}>
              <Group justify="space-between" gap="sm">
                <Group gap="sm" wrap="nowrap" style={{ flex: '1 1 220px', minWidth: 0 }}>
                  <Avatar name={room.host.name} picture={room.host.avatar} />
                  <div style={{ minWidth: 0 }}>
                    <Text fw={600} lineClamp={1}>
                      {room.title}
                    </Text>
                    <Text size="sm" c="dimmed">
                      {room.host.name} · <Trans>{room.viewers} watching</Trans> · {ago(room.startedAt)}
                    </Text>
                  </div>
                </Group>
                <Group gap="xs">
                  <Button component="a" href={`/rooms/${room.id}`} target="_blank" variant="default">
                    <Trans>Watch</Trans>
                  </Button>
                  <Button color="red" onClick={() => setStopped(room)} aria-label={t`Stop the room ${room.title}`}>
                    <Trans>Stop</Trans>
                  </Button>
                </Group>
              </Group>
            </Paper>
          ))}
        </Stack>
      )}
      <Modal
        opened={stopped !== null}
        onClose={() => setStopped(null)}
        title={stopped ? t`Stop “${stopped.title}” now?` : ''}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {stopped && <StopForm room={stopped} onDone={() => setStopped(null)} />}
      </Modal>
    </Page>
  )
}

function StopForm({ room, onDone }: { room: RoomRow; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const isReady = reason.trim().length >= 3
  const stop = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/rooms/{id}/stops', { params: { path: { id: room.id } }, body: { reason: reason.trim() } }),
      ),
    onSuccess: () => {
      toast(t`Stopped. All viewers are told.`, 'good')
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['rooms'] }),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) stop.mutate()
      }}
    >
      <Stack>
        <Text size="sm">
          <Trans>The broadcast ends for everybody at once. The reason goes into the audit trail.</Trans>
        </Text>
        <Textarea
          data-autofocus
          label={t`Reason`}
          autosize
          minRows={2}
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button type="submit" color="red" loading={stop.isPending} disabled={!isReady}>
          <Trans>Stop the room</Trans>
        </Button>
      </Stack>
    </form>
  )
}
