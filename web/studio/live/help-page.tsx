import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { api, must } from '../../client/index.ts'
import { ErrorState, Skeleton } from '../../kit/index.ts'
import { Page } from '../page.tsx'
import { roomDeskQuery } from '../queries.ts'
import { CommentsDesk } from './comments-desk.tsx'
import css from './live.module.css'
import { useRoomTopic } from './use-room-topic.ts'

/** The desk for who helps a host, on a device of his own: he sees what the host sees, and does what he was given. */
export function HelpPage() {
  const { t } = useLingui()
  const { roomId } = useParams({ strict: false }) as { roomId: string }
  const desk = useQuery(roomDeskQuery(roomId))
  if (desk.data === undefined) {
    return (
      <Page title={t`Help in a room`}>
        {desk.error ? <ErrorState error={desk.error} /> : <Skeleton height={320} />}
      </Page>
    )
  }
  const { hostName, title } = desk.data.desk
  return (
    <Page title={t`Helping ${hostName}`} lead={title}>
      <HelpDesk roomId={roomId} />
    </Page>
  )
}

function HelpDesk({ roomId }: { roomId: string }) {
  const room = useQuery({
    queryKey: ['helped-room', roomId],
    refetchInterval: 15_000,
    queryFn: () => must(api.GET('/api/v1/rooms/{id}', { params: { path: { id: roomId } } })),
  }).data?.room
  const { comments, counters, hushed } = useRoomTopic({
    topic: `room:${roomId}`,
    topicNumber: undefined,
    comments: room?.comments ?? none,
  })
  const isOn = room?.state === 'live' || room?.state === 'paused'
  const viewers = counters.viewers ?? room?.viewers ?? 0
  return (
    <section className={css['column']}>
      <Group gap="xs">
        <Badge color={isOn ? 'red' : 'gray'} tt="none">
          {isOn ? <Trans>on air</Trans> : <Trans>not on air</Trans>}
        </Badge>
        <Text size="sm" c="dimmed" className="tabular">
          <Trans>{viewers} watching</Trans>
        </Text>
      </Group>
      <CommentsDesk roomId={roomId} isOn={isOn} comments={comments} hushed={hushed} bag={room?.bag ?? []} />
    </section>
  )
}

const none: never[] = []
