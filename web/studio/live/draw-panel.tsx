import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Checkbox, Group, NativeSelect, NumberInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, newId } from '../../client/index.ts'
import { dateTime, ErrorState, pick, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import type { StudioSession } from '../types.ts'
import css from './live.module.css'

const watchChoices = [0, 30, 60, 180, 300]
const secondsChoices = [60, 120, 180, 300, 600, 900, 1_800]

/** Lucky bags: one at a time, with tasks; drawn by a seed whose fingerprint everybody has before. */
export default function DrawPanel({ session }: { session: StudioSession }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  useLocale()
  const { roomId } = session
  const key = ['draws', roomId]
  const { data, error, refetch } = useQuery({
    queryKey: key,
    refetchInterval: 3_000,
    queryFn: () => must(api.GET('/api/v1/rooms/{id}/draws', { params: { path: { id: roomId } } })),
  })
  const [id, setId] = useState(() => newId())
  const [prize, setPrize] = useState('')
  const [units, setUnits] = useState<number | string>(1)
  const [seconds, setSeconds] = useState(180)
  const [mustFollow, setMustFollow] = useState(true)
  const [word, setWord] = useState('')
  const [skuId, setSkuId] = useState('')
  const [watchSeconds, setWatchSeconds] = useState(0)
  const renew = () => void queries.invalidateQueries({ queryKey: key })
  const start = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/studio/sessions/{id}/draws', {
          params: { path: { id: session.id } },
          body: {
            ...{ id, prize: prize.trim(), units: Number(units) || 1, seconds, mustFollow, word: word.trim() || null },
            ...{ skuId: skuId || null, watchSeconds },
          },
        }),
      ),
    onSuccess: () => {
      setId(newId())
      setPrize('')
      renew()
    },
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  const cancel = useMutation({
    mutationFn: (drawId: string) => must(api.DELETE('/api/v1/draws/{id}', { params: { path: { id: drawId } } })),
    onSettled: renew,
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  const isOn = session.state === 'live' || session.state === 'paused'
  const running = data?.draws.find((draw) => draw.state === 'open')
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={240} />
  return (
    <Stack gap="md">
      {running ? (
        <div className={css['figure']} data-big>
          <Group justify="space-between" wrap="nowrap">
            <b>{running.prize}</b>
            <Badge color="red" tt="none">
              <Trans>hangs in the room</Trans>
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            <Trans>
              {running.entries} take part · {running.units} to win · drawn {dateTime(running.endsAt)}
            </Trans>
          </Text>
          <Button
            mt="xs"
            size="xs"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate(running.id)}
          >
            <Trans>Take it down</Trans>
          </Button>
        </div>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            start.mutate()
          }}
        >
          <Stack gap="sm">
            <Title order={2} size="h5">
              <Trans>Hang a lucky bag</Trans>
            </Title>
            <TextInput
              label={t`Prize`}
              maxLength={60}
              value={prize}
              onChange={(event) => setPrize(event.currentTarget.value)}
            />
            <Group grow>
              <NumberInput
                label={t`How many`}
                min={1}
                max={100}
                allowDecimal={false}
                value={units}
                onChange={setUnits}
              />
              <NativeSelect
                label={t`Drawn in`}
                value={String(seconds)}
                data={secondsChoices.map((each) => ({ value: String(each), label: t`${each / 60} min` }))}
                onChange={(event) => setSeconds(Number(event.currentTarget.value))}
              />
            </Group>
            <NativeSelect
              label={t`Goods that are won`}
              description={t`Each winner gets an order that costs nothing. Without: you send the prize yourself.`}
              value={skuId}
              data={[
                { value: '', label: t`None, I send it myself` },
                ...session.bag.flatMap((item) =>
                  item.skus.map((sku) => ({ value: sku.id, label: `${pick(item.title)} · ${pick(sku.label)}` })),
                ),
              ]}
              onChange={(event) => {
                const chosen = event.currentTarget.value
                setSkuId(chosen)
                const item = session.bag.find((each) => each.skus.some((sku) => sku.id === chosen))
                if (item !== undefined && prize.trim() === '') setPrize(pick(item.title).slice(0, 60))
              }}
            />
            <NativeSelect
              label={t`Who takes part has watched for`}
              value={String(watchSeconds)}
              data={watchChoices.map((each) => ({
                value: String(each),
                label: each === 0 ? t`no matter how long` : each < 60 ? t`${each} s` : t`${each / 60} min`,
              }))}
              onChange={(event) => setWatchSeconds(Number(event.currentTarget.value))}
            />
            <Checkbox
              label={t`Who takes part follows me`}
              checked={mustFollow}
              onChange={(event) => setMustFollow(event.currentTarget.checked)}
            />
            <TextInput
              label={t`A word to say in a comment`}
              description={t`Empty: nothing needs to be said`}
              maxLength={20}
              value={word}
              onChange={(event) => setWord(event.currentTarget.value)}
            />
            <Button type="submit" loading={start.isPending} disabled={!isOn || prize.trim() === ''}>
              {isOn ? <Trans>Hang it up</Trans> : <Trans>Only while you are on air</Trans>}
            </Button>
          </Stack>
        </form>
      )}
      {data.draws.some((draw) => draw.state === 'drawn') && (
        <ul className={css['team']} aria-label={t`Drawn`}>
          {data.draws
            .filter((draw) => draw.state === 'drawn')
            .map((draw) => (
              <li key={draw.id}>
                <b>{draw.prize}</b>
                <Text size="xs" c="dimmed">
                  {draw.winners.map((winner) => winner.name).join('、') || t`nobody won`}
                </Text>
              </li>
            ))}
        </ul>
      )}
    </Stack>
  )
}
