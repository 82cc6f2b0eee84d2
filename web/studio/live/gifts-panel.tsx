/** What the host was given: what it brings, who gave most today, and a thank-you for each. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Gift, Heart } from 'lucide-react'
import type { ReactNode } from 'react'
import { api, must } from '../../client/index.ts'
import { giftPicture } from '../../kit/gift-pictures.ts'
import {
  ago,
  EmptyState,
  ErrorState,
  exact,
  money,
  pick,
  Skeleton,
  toast,
  useLocale,
  wordsOf,
} from '../../kit/index.ts'
import { roomGiftsQuery, roomTopQuery } from '../queries.ts'
import type { RoomGift, StudioSession } from '../types.ts'

const topShown = 3

export default function GiftsPanel({ session }: { session: StudioSession }) {
  useLocale()
  const { data, error, isPending, refetch } = useQuery(roomGiftsQuery)
  const top = useQuery(roomTopQuery(session.roomId)).data
  if (isPending) return <Skeleton height={240} />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <Stack gap="sm">
      <SimpleGrid cols={3} spacing="xs">
        <Figure name={<Trans>Coins today</Trans>} value={exact(data.todayCoins)} />
        <Figure name={<Trans>Waiting</Trans>} value={money(data.pendingMinor, data.currency)} />
        <Figure name={<Trans>Released</Trans>} value={money(data.releasedMinor, data.currency)} />
      </SimpleGrid>
      {top !== undefined && top.ranking.length > 0 && (
        <Group gap={6}>
          {top.ranking.slice(0, topShown).map((each) => (
            <Badge key={each.personId} variant="light" color="yellow" tt="none">
              {each.rank}. {each.name} · {exact(each.coins)}
            </Badge>
          ))}
        </Group>
      )}
      {data.gifts.length === 0 ? (
        <EmptyState
          icon={<Gift aria-hidden="true" />}
          title={<Trans>No gifts yet. They appear here as they come.</Trans>}
        />
      ) : (
        <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {data.gifts.map((gift) => (
            <GiftRow key={gift.id} gift={gift} />
          ))}
        </Stack>
      )}
    </Stack>
  )
}

function Figure({ name, value }: { name: ReactNode; value: string }) {
  return (
    <Paper withBorder p="xs">
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={650} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
    </Paper>
  )
}

function GiftRow({ gift }: { gift: RoomGift }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const thank = useMutation({
    mutationFn: () => must(api.POST('/api/v1/studio/gifts/{id}/thanks', { params: { path: { id: gift.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['room-gifts'] }),
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <Group component="li" gap="xs" wrap="nowrap" justify="space-between">
      <Group gap="xs" wrap="nowrap" miw={0}>
        <img src={giftPicture(gift.picture)} alt="" width={34} height={34} />
        <div style={{ minWidth: 0 }}>
          <Text size="sm" truncate>
            <b>{gift.name}</b> {pick(gift.giftName)} ×{exact(gift.units)}
          </Text>
          <Text size="xs" c="dimmed">
            <Trans>{exact(gift.coins)} coins</Trans> · {ago(gift.at)}
          </Text>
        </div>
      </Group>
      {gift.thanked ? (
        <Badge variant="light" color="pink" tt="none" leftSection={<Heart size={12} aria-hidden="true" />}>
          <Trans>Thanked</Trans>
        </Badge>
      ) : (
        <Button
          size="xs"
          variant="default"
          loading={thank.isPending}
          aria-label={t`Thank ${gift.name}`}
          onClick={() => thank.mutate()}
        >
          <Trans>Thank</Trans>
        </Button>
      )}
    </Group>
  )
}
