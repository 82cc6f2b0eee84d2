import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Alert, Badge, Button, Group, NumberInput, Progress, Radio, Slider, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Zap } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api, type FlashSaleView, must, newId, Problem, serverNowMs } from '../../client/index.ts'
import {
  day,
  EmptyState,
  ErrorState,
  money,
  Picture,
  pick,
  Skeleton,
  toast,
  useLocale,
  wordsOf,
} from '../../kit/index.ts'
import { flashGrantsQuery, roomFlashQuery } from '../queries.ts'
import type { FlashGrant, StudioSession } from '../types.ts'
import css from './live.module.css'

const tickMs = 250
const countdownMarks = [10, 60, 120, 300].map((value) => ({ value, label: String(value) }))
const minuteMarks = [1, 5, 10, 20].map((value) => ({ value, label: String(value) }))

/** What runs, with its countdown by the server's clock, and the wizard for the next one. */
export default function FlashPanel({ session }: { session: StudioSession }) {
  const sales = useQuery(roomFlashQuery(session.roomId))
  const grants = useQuery(flashGrantsQuery)
  const error = sales.error ?? grants.error
  if (sales.data === undefined || grants.data === undefined) {
    const retry = () => {
      void sales.refetch()
      void grants.refetch()
    }
    return error ? <ErrorState error={error} onRetry={retry} /> : <Skeleton height={240} />
  }
  const isOnAir = session.state === 'live' || session.state === 'paused'
  return (
    <Stack gap="lg">
      {sales.data.sales.map((sale) => (
        <Sale key={sale.id} sale={sale} />
      ))}
      {!isOnAir && (
        <Alert color="gray">
          <Trans>A flash sale is for viewers: go on air first.</Trans>
        </Alert>
      )}
      <Wizard session={session} grants={grants.data.grants} open={sales.data.sales} isOnAir={isOnAir} />
    </Stack>
  )
}

function useServerNow(): number {
  const [nowMs, setNowMs] = useState(serverNowMs)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(serverNowMs()), tickMs)
    return () => clearInterval(timer)
  }, [])
  return nowMs
}

function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function Sale({ sale }: { sale: FlashSaleView }) {
  useLocale()
  const queries = useQueryClient()
  const nowMs = useServerNow()
  const [isSure, setIsSure] = useState(false)
  const stop = useMutation({
    mutationFn: () => must(api.POST('/api/v1/studio/flash-sales/{id}/endings', { params: { path: { id: sale.id } } })),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['flash'] }),
  })
  const isOver = sale.closedAt !== null || nowMs >= Date.parse(sale.endsAt)
  const isCounting = !isOver && nowMs < Date.parse(sale.startsAt)
  return (
    <section className={css['flashSale']} aria-label={pick(sale.title)}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} truncate>
          {pick(sale.title)} {pick(sale.label)}
        </Text>
        <Badge color={isOver ? 'gray' : isCounting ? 'yellow' : 'red'}>
          {isOver ? <Trans>Over</Trans> : isCounting ? <Trans>Countdown</Trans> : <Trans>Running</Trans>}
        </Badge>
      </Group>
      <Group justify="space-between">
        <Text>
          {money(sale.priceMinor, sale.currency)}{' '}
          <Text span c="dimmed" td="line-through">
            {money(sale.shelfMinor, sale.currency)}
          </Text>
        </Text>
        {!isOver && (
          <Text fw={700} size="xl" ff="monospace" role="timer">
            {clockOf(Date.parse(isCounting ? sale.startsAt : sale.endsAt) - nowMs)}
          </Text>
        )}
      </Group>
      <Progress value={(sale.unitsSold / sale.units) * 100} color="red" aria-hidden="true" />
      <Group justify="space-between">
        <Text size="sm">
          <Trans>
            {sale.unitsSold} of {sale.units} sold
          </Trans>
        </Text>
        {!isOver &&
          (isSure ? (
            <Group gap="xs">
              <Button size="compact-sm" color="red" loading={stop.isPending} onClick={() => stop.mutate()}>
                <Trans>Yes, stop it</Trans>
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => setIsSure(false)}>
                <Trans>Go on</Trans>
              </Button>
            </Group>
          ) : (
            <Button size="compact-sm" variant="default" onClick={() => setIsSure(true)}>
              <Trans>Stop</Trans>
            </Button>
          ))}
      </Group>
    </section>
  )
}

function Wizard(of: {
  session: StudioSession
  grants: readonly FlashGrant[]
  open: readonly FlashSaleView[]
  isOnAir: boolean
}) {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const [grantId, setGrantId] = useState<string | null>(null)
  const [units, setUnits] = useState(10)
  const [perBuyer, setPerBuyer] = useState(1)
  const [countdown, setCountdown] = useState(60)
  const [minutes, setMinutes] = useState(5)
  // The id belongs to the wish: sent again after a lost line it is the same sale.
  const [id, setId] = useState(newId)
  const grant = of.grants.find((each) => each.id === grantId)
  const unitsMax = grant === undefined ? 0 : Math.min(grant.unitsLeft, grant.unitsOnShelf)
  const announce = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/studio/flash-sales', {
          body: {
            id,
            grantId: grantId ?? '',
            units: Math.min(units, unitsMax),
            perBuyerUnits: perBuyer,
            countdownSeconds: countdown,
            minutes,
          },
        }),
      ),
    onSuccess() {
      setId(newId())
      setGrantId(null)
      toast(t`The countdown runs. Tell your viewers!`, 'good')
    },
    onError(error) {
      if (error instanceof Problem && error.status >= 400 && error.status < 500) setId(newId())
      toast(wordsOf(error), 'bad')
    },
    onSettled() {
      for (const key of ['flash', 'flash-grants']) void queries.invalidateQueries({ queryKey: [key] })
    },
  })
  if (of.grants.length === 0) {
    return (
      <EmptyState
        icon={<Zap aria-hidden="true" />}
        title={<Trans>You have nothing to sell in a flash sale yet.</Trans>}
      >
        <Text size="sm" c="dimmed">
          <Trans>The operator grants you units at a price. Ask for some.</Trans>
        </Text>
      </EmptyState>
    )
  }
  const isOpen = of.open.some((sale) => sale.closedAt === null && sale.skuId === grant?.skuId)
  const inBag = grant === undefined || of.session.bag.some(({ productId }) => productId === grant.productId)
  return (
    <form
      aria-labelledby="flash-wizard"
      onSubmit={(event) => {
        event.preventDefault()
        announce.mutate()
      }}
    >
      <Stack gap="md">
        <Title order={2} size="h5" id="flash-wizard">
          <Trans>Next flash sale</Trans>
        </Title>
        <Radio.Group label={t`Product`} value={grantId} onChange={setGrantId}>
          <Stack gap="xs" mt={4}>
            {of.grants.map((each) => (
              <Radio.Card key={each.id} value={each.id} className={css['flashGrant']} disabled={each.unitsLeft === 0}>
                <Group wrap="nowrap" gap="sm" align="center">
                  <Radio.Indicator />
                  <div className={css['flashPicture']}>
                    <Picture picture={each.picture} alt="" />
                  </div>
                  <div className={css['flashText']}>
                    <Text size="sm" fw={600} truncate>
                      {pick(each.title)} {pick(each.label)}
                    </Text>
                    <Text size="sm">
                      {money(each.priceMinor, each.currency)}{' '}
                      <Text span c="dimmed" td="line-through">
                        {money(each.shelfMinor, each.currency)}
                      </Text>
                    </Text>
                    <Text size="xs" c="dimmed">
                      <Plural value={each.unitsLeft} one="# unit left to sell" other="# units left to sell" />
                      {' · '}
                      <Trans>until {day(each.validUntil)}</Trans>
                    </Text>
                  </div>
                </Group>
              </Radio.Card>
            ))}
          </Stack>
        </Radio.Group>
        {grant && (
          <>
            <Alert color={grant.lowestMinor !== null && grant.priceMinor > grant.lowestMinor ? 'red' : 'gray'} p="xs">
              <Text size="sm">
                {grant.lowestMinor === null || grant.priceMinor <= grant.lowestMinor ? (
                  <Trans>
                    The price is set by the operator. It beats the lowest of the last 14 days:{' '}
                    {money(grant.lowestMinor ?? grant.shelfMinor, grant.currency)}.
                  </Trans>
                ) : (
                  <Trans>
                    It was {money(grant.lowestMinor, grant.currency)} on {day(grant.lowestAt ?? '')}, within the last 14
                    days. At a higher price it cannot be a flash sale.
                  </Trans>
                )}
              </Text>
            </Alert>
            {!inBag && (
              <Alert color="yellow" p="xs">
                <Trans>It is not in your bag: put it in, so that viewers can open it.</Trans>
              </Alert>
            )}
            <Group grow>
              <NumberInput
                label={t`Units`}
                min={1}
                max={unitsMax}
                value={Math.min(units, unitsMax)}
                onChange={(value) => setUnits(Number(value) || 1)}
              />
              <NumberInput
                label={t`Per buyer`}
                min={1}
                max={Math.min(grant.perBuyerUnits, units)}
                value={Math.min(perBuyer, grant.perBuyerUnits)}
                onChange={(value) => setPerBuyer(Number(value) || 1)}
              />
            </Group>
            <div>
              <Text size="sm" fw={500}>
                <Trans>Countdown: {countdown} seconds</Trans>
              </Text>
              <Slider
                min={10}
                max={300}
                step={5}
                value={countdown}
                onChange={setCountdown}
                marks={countdownMarks}
                label={null}
                thumbLabel={t`Countdown in seconds`}
                mb="lg"
              />
            </div>
            <div>
              <Text size="sm" fw={500}>
                <Plural value={minutes} one="Runs for # minute" other="Runs for # minutes" />
              </Text>
              <Slider
                min={1}
                max={20}
                value={minutes}
                onChange={setMinutes}
                marks={minuteMarks}
                label={null}
                thumbLabel={t`Minutes`}
                mb="lg"
              />
            </div>
            <Text size="sm" c="dimmed">
              <Trans>
                Viewers see: {pick(grant.title)}, {money(grant.priceMinor, grant.currency)}, {Math.min(units, unitsMax)}{' '}
                units, {perBuyer} each. The units are kept back from now on.
              </Trans>
            </Text>
            <Button
              type="submit"
              color="red"
              leftSection={<Zap size={16} aria-hidden="true" />}
              loading={announce.isPending}
              disabled={!of.isOnAir || isOpen || unitsMax === 0}
            >
              <Trans>Start the countdown</Trans>
            </Button>
          </>
        )}
      </Stack>
    </form>
  )
}
