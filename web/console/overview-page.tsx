import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { api, must, type Role, useSession } from '../client/index.ts'
import { Go } from '../kit/desk.tsx'
import { dateTime, ErrorState, money, pick, Skeleton, useLocale } from '../kit/index.ts'
import { Page } from './listing.tsx'
import { MinuteChart } from './minute-chart.tsx'
import css from './overview.module.css'
import { mayDo } from './places.ts'
import { failedQuery, roomsQuery, screenQuery } from './queries.ts'
import type { ParcelState } from './types.ts'
import { parcelWords } from './words.ts'

/** Today at a glance; each tile is a question one's roles may ask, and a door to the work behind it. */
export function OverviewPage() {
  const { t } = useLingui()
  const { me } = useSession()
  const mine = me?.roles ?? []
  const may = (...roles: Role[]) => mayDo(mine, roles)
  return (
    <Page title={t`Today`} lead={me ? t`Good to see you, ${me.name}.` : undefined}>
      {may('admin', 'operations') && <FailedNotice />}
      {may('operations', 'finance', 'admin', 'auditor', 'support') && <Sales />}
      {may('warehouse', 'operations', 'admin', 'support', 'auditor') && <ParcelTiles />}
      {may('moderator', 'operations', 'admin') && <RoomsOnAir />}
    </Page>
  )
}

function FailedNotice() {
  const { data } = useQuery(failedQuery)
  const failed = data?.failed.length ?? 0
  if (failed === 0) return null
  return (
    <Alert color="red" icon={<TriangleAlert aria-hidden="true" />} title={<Trans>Work has failed: {failed}</Trans>}>
      <Text size="sm" mb="xs">
        <Trans>Some consequences of what happened are still missing.</Trans>
      </Text>
      <Button component={Go} to="/failed" size="xs" color="red">
        <Trans>Look and retry</Trans>
      </Button>
    </Alert>
  )
}

function Sales() {
  const { t } = useLingui()
  useLocale()
  const { data, error, refetch } = useQuery(screenQuery)
  if (data === undefined) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={260} />
  }
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Tile name={t`Sold today (paid)`} value={money(data.paidMinor, data.currency)} to="/orders" />
        <Tile name={t`Orders`} value={data.orders} to="/orders" />
        <Tile name={t`Units`} value={data.units} />
        <Tile name={t`Buyers`} value={data.buyers} />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Paper withBorder p="md">
          <Title order={2} size="h5" mb="xs">
            <Trans>Paid by the minute</Trans>
          </Title>
          <MinuteChart minutes={data.minutes} currency={data.currency} />
        </Paper>
        <Paper withBorder p="md">
          <Title order={2} size="h5" mb="xs">
            <Trans>Latest orders</Trans>
          </Title>
          {data.latest.length === 0 ? (
            <Text size="sm" c="dimmed">
              <Trans>Nobody has bought yet today.</Trans>
            </Text>
          ) : (
            <ul className={css['latest']}>
              {data.latest.slice(0, 6).map((order) => (
                <li key={order.number}>
                  <Go to="/orders" search={{ q: order.number }}>
                    {order.number}
                  </Go>
                  <span className={css['grow']}>{pick(order.title)}</span>
                  <span className="tabular">{money(order.payMinor, data.currency)}</span>
                  <Text span size="xs" c="dimmed" visibleFrom="xs">
                    {dateTime(order.at)}
                  </Text>
                </li>
              ))}
            </ul>
          )}
        </Paper>
      </SimpleGrid>
    </Stack>
  )
}

function Tile({
  name,
  value,
  to,
  search,
}: {
  name: string
  value: ReactNode
  to?: string
  search?: Record<string, string>
}) {
  return (
    <Paper withBorder p="md" className={css['tile']}>
      <Text size="xs" c="dimmed">
        {to ? (
          <Go to={to} {...(search ? { search } : {})} className={css['tileLink']}>
            {name}
          </Go>
        ) : (
          name
        )}
      </Text>
      <Text fw={650} className={css['value']}>
        {value}
      </Text>
    </Paper>
  )
}

const shownStates: readonly ParcelState[] = ['to_pick', 'picked', 'packed', 'handed_over', 'in_transit', 'exception']
const countedMax = 50

/** Counted up to a page: what matters is whether work waits, and roughly how much. */
function ParcelTiles() {
  const { t } = useLingui()
  const counts = useQueries({
    queries: shownStates.map((state) => ({
      queryKey: ['parcels', 'count', state],
      refetchInterval: 20_000,
      queryFn: async () => {
        const page = await must(api.GET('/api/v1/parcels', { params: { query: { state, limit: countedMax } } }))
        const late = page.items.filter((parcel) => parcel.late).length
        return { count: page.next === null ? `${page.items.length}` : `${page.items.length}+`, late }
      },
    })),
  })
  return (
    <section aria-labelledby="parcels-now">
      <Title order={2} size="h5" mb="xs" id="parcels-now">
        <Trans>Parcels now</Trans>
      </Title>
      <SimpleGrid cols={{ base: 2, xs: 3, lg: 6 }}>
        {shownStates.map((state, index) => {
          const counted = counts[index]?.data
          return (
            <Tile
              key={state}
              name={t(parcelWords[state].name)}
              to="/parcels"
              search={{ state }}
              value={
                <>
                  {counted?.count ?? '–'}
                  {counted !== undefined && counted.late > 0 && (
                    <span className={css['late']}>
                      <Trans>{counted.late} late</Trans>
                    </span>
                  )}
                </>
              }
            />
          )
        })}
      </SimpleGrid>
    </section>
  )
}

function RoomsOnAir() {
  const { data } = useQuery(roomsQuery)
  if (data === undefined) return null
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">
        <Trans>On air</Trans>
      </Title>
      {data.rooms.length === 0 ? (
        <Text size="sm" c="dimmed">
          <Trans>No room is on air.</Trans>
        </Text>
      ) : (
        <ul className={css['latest']}>
          {data.rooms.slice(0, 6).map((room) => (
            <li key={room.id}>
              <Go to="/rooms">{room.title}</Go>
              <span className={css['grow']}>{room.host.name}</span>
              <span className="tabular">
                <Trans>{room.viewers} watching</Trans>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Paper>
  )
}
