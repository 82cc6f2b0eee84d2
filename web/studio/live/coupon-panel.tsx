import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, NativeSelect, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ticket } from 'lucide-react'
import { useState } from 'react'
import { api, must, newId, serverNowMs } from '../../client/index.ts'
import { EmptyState, ErrorState, money, pick, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { roomCouponsQuery } from '../queries.ts'
import type { RoomCoupon, StudioSession } from '../types.ts'
import css from './live.module.css'

const secondsChoices = ['30', '60', '120', '300']

/** Coupons of this room: hand one out, and see how fast it goes. */
export default function CouponPanel({ session }: { session: StudioSession }) {
  const { data, error, refetch } = useQuery(roomCouponsQuery)
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={160} />
  if (session.state !== 'live' && session.state !== 'paused') {
    return (
      <Alert color="gray">
        <Trans>Coupons are handed out to viewers: go on air first.</Trans>
      </Alert>
    )
  }
  if (data.coupons.length === 0) {
    return (
      <EmptyState icon={<Ticket aria-hidden="true" />} title={<Trans>There are no coupons for your room.</Trans>}>
        <Text size="sm" c="dimmed">
          <Trans>The operator makes them, with a budget. Ask for some.</Trans>
        </Text>
      </EmptyState>
    )
  }
  return (
    <Stack gap="sm">
      {data.coupons.map((coupon) => (
        <Coupon key={coupon.id} coupon={coupon} />
      ))}
    </Stack>
  )
}

function Coupon({ coupon }: { coupon: RoomCoupon }) {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const [seconds, setSeconds] = useState('60')
  const [id, setId] = useState(newId)
  const handOut = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/studio/coupons/{id}/hand-outs', {
          params: { path: { id: coupon.id } },
          body: { id, seconds: Number(seconds) },
        }),
      ),
    onSuccess: () => toast(t`Handed out. Every viewer sees it now.`, 'good'),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled() {
      setId(newId())
      void queries.invalidateQueries({ queryKey: roomCouponsQuery.queryKey })
    },
  })
  const isOut = coupon.handedOutUntil !== null && Date.parse(coupon.handedOutUntil) > serverNowMs()
  return (
    <section className={css['flashSale']} aria-label={pick(coupon.name)}>
      <Text fw={600}>{pick(coupon.name)}</Text>
      <Text size="sm" c="dimmed">
        {coupon.offMinor !== null ? (
          <Trans>
            {money(coupon.offMinor, coupon.currency)} off from {money(coupon.thresholdMinor, coupon.currency)}
          </Trans>
        ) : (
          <Trans>
            {(coupon.offBasisPoints ?? 0) / 100} % off, up to {money(coupon.capMinor ?? 0, coupon.currency)}
          </Trans>
        )}
      </Text>
      <Group justify="space-between">
        <Text size="sm">
          <Plural value={coupon.claimedUnits} one="# claimed" other="# claimed" />
          {' · '}
          <Plural value={coupon.leftUnits} one="# left" other="# left" />
        </Text>
        {isOut && (
          <Text size="sm" c="red">
            <Trans>Being handed out</Trans>
          </Text>
        )}
      </Group>
      <Group gap="xs" align="end">
        <NativeSelect
          label={t`For how long`}
          value={seconds}
          onChange={(event) => setSeconds(event.currentTarget.value)}
          data={secondsChoices.map((value) => ({ value, label: t`${value} seconds` }))}
        />
        <Button
          leftSection={<Ticket size={16} aria-hidden="true" />}
          loading={handOut.isPending}
          disabled={coupon.leftUnits === 0}
          onClick={() => handOut.mutate()}
        >
          <Trans>Hand it out</Trans>
        </Button>
      </Group>
    </section>
  )
}
