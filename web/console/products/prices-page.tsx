import { Trans, useLingui } from '@lingui/react/macro'
import {
  Badge,
  Button,
  Group,
  Modal,
  NativeSelect,
  NumberInput,
  Paper,
  Progress,
  Select,
  SimpleGrid,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CalendarClock, Zap } from 'lucide-react'
import { useState } from 'react'
import { ratioOf } from '#contract/money'
import { api, must, newId, serverNowMs, useSession } from '../../client/index.ts'
import { useFilters } from '../../kit/desk.tsx'
import {
  count,
  dateTime,
  ErrorState,
  minorOf,
  money,
  pick,
  Skeleton,
  toast,
  useLocale,
  wordsOf,
} from '../../kit/index.ts'
import { Listing, Page, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import type { ExplainedPrice, FlashSaleRow } from '../types.ts'
import { FlashActions, FlashGrants } from './flash-forms.tsx'
import { PriceChart } from './price-chart.tsx'

/** Which price holds and why, what it has cost, prices for a time, flash sales, and what promotions have left. */
export function PricesPage() {
  const { t } = useLingui()
  const { me } = useSession()
  const mayChange = mayDo(me?.roles ?? [], ['operations', 'admin'])
  return (
    <Page title={t`Prices`} lead={t`The price that holds, those that lost and why, flash sales and promotions.`}>
      <Explained mayChange={mayChange} />
      <FlashSales mayChange={mayChange} />
      {mayDo(me?.roles ?? [], ['operations', 'admin', 'auditor']) && <FlashGrants />}
      <Promotions />
    </Page>
  )
}

function useSkuChoice() {
  const [words, setWords] = useState('')
  const [q] = useDebouncedValue(words.trim(), 250)
  const [filters, setFilters] = useFilters()
  const productId = filters['product'] ?? null
  const found = useQuery({
    queryKey: ['catalog-choice', q],
    staleTime: 30_000,
    queryFn: ({ signal }) =>
      must(api.GET('/api/v1/catalog', { params: { query: { limit: 30, ...(q ? { q } : {}) } }, signal })),
  })
  const product = useQuery({
    queryKey: ['product', productId],
    enabled: productId !== null,
    queryFn: () => must(api.GET('/api/v1/products/{id}', { params: { path: { id: productId ?? '' } } })),
  })
  const skus = product.data?.product.skus ?? []
  const skuId = skus.find(({ id }) => id === filters['sku'])?.id ?? skus[0]?.id ?? null
  return {
    words,
    setWords,
    found: found.data?.items ?? [],
    productId,
    product: product.data?.product,
    skus,
    skuId,
    setFilters,
  }
}

function Explained({ mayChange }: { mayChange: boolean }) {
  const { t } = useLingui()
  useLocale()
  const choice = useSkuChoice()
  const { skuId } = choice
  const [isNew, setIsNew] = useState(false)
  const price = useQuery({
    queryKey: ['effective-price', skuId],
    enabled: skuId !== null,
    refetchInterval: 5_000,
    queryFn: () =>
      must(api.GET('/api/v1/skus/{id}/effective-price', { params: { path: { id: skuId ?? '' }, query: {} } })),
  })
  const chosen = choice.product
  const options = [
    ...(chosen && !choice.found.some(({ id }) => id === chosen.id)
      ? [{ value: chosen.id, label: pick(chosen.title) }]
      : []),
    ...choice.found.map((each) => ({ value: each.id, label: pick(each.title) })),
  ]
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group align="end" gap="sm">
          <Select
            label={t`Product`}
            placeholder={t`Type a part of its title`}
            searchable
            data={options}
            value={choice.productId}
            searchValue={choice.words}
            onSearchChange={choice.setWords}
            filter={({ options: all }) => all}
            onChange={(value) => choice.setFilters({ product: value ?? undefined, sku: undefined })}
            nothingFoundMessage={t`No product fits.`}
            style={{ flex: '1 1 260px' }}
          />
          {choice.skus.length > 1 && (
            <NativeSelect
              label={t`Kind`}
              value={skuId ?? ''}
              data={choice.skus.map(({ id, label }) => ({ value: id, label: pick(label) }))}
              onChange={(event) => choice.setFilters({ sku: event.currentTarget.value })}
            />
          )}
          {mayChange && skuId !== null && (
            <Button leftSection={<CalendarClock size={16} aria-hidden="true" />} onClick={() => setIsNew(true)}>
              <Trans>Schedule a price</Trans>
            </Button>
          )}
        </Group>
        {skuId === null ? (
          <Text c="dimmed" size="sm">
            <Trans>Choose a product to see which of its prices holds.</Trans>
          </Text>
        ) : price.data === undefined ? (
          price.error ? (
            <ErrorState error={price.error} onRetry={() => void price.refetch()} />
          ) : (
            <Skeleton height={200} />
          )
        ) : (
          <PriceTable price={price.data} skuId={skuId} mayChange={mayChange} />
        )}
      </Stack>
      <Modal
        opened={isNew && skuId !== null}
        onClose={() => setIsNew(false)}
        title={t`Schedule a price`}
        size="lg"
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {skuId !== null && (
          <Schedule skuId={skuId} low={price.data?.lowestMinor ?? null} onDone={() => setIsNew(false)} />
        )}
      </Modal>
    </Paper>
  )
}

function useKindNames(): Record<ExplainedPrice['effective']['kind'], string> {
  const { t } = useLingui()
  return {
    creatorLiveFlash: t`Flash sale of a host`,
    liveFlash: t`Flash sale in a room`,
    campaign: t`Campaign`,
    flash: t`Flash price`,
    discount: t`Discount`,
    shelf: t`Shelf`,
  }
}

function useLosses(): Record<ExplainedPrice['lost'][number]['why'], string> {
  const { t } = useLingui()
  return {
    not_yet: t`not yet`,
    over: t`over`,
    other_channel: t`another channel`,
    other_currency: t`another currency`,
    not_in_room: t`only in its room while it is on air`,
    not_below_shelf: t`not below the shelf`,
    sold_out: t`its units are gone`,
    budget_gone: t`its budget is spent`,
    weaker: t`a stronger kind holds`,
    not_lower: t`not the lowest of its kind`,
  }
}

function PriceTable({ price, skuId, mayChange }: { price: ExplainedPrice; skuId: string; mayChange: boolean }) {
  const { t } = useLingui()
  const kinds = useKindNames()
  const losses = useLosses()
  const queries = useQueryClient()
  const end = useMutation({
    mutationFn: (priceId: string) =>
      must(
        api.POST('/api/v1/skus/{id}/scheduled-prices/{priceId}/endings', { params: { path: { id: skuId, priceId } } }),
      ),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['effective-price'] }),
  })
  const rows: (ExplainedPrice['effective'] & { why?: ExplainedPrice['lost'][number]['why'] })[] = [
    price.effective,
    ...price.lost,
  ]
  const mayEnd = (each: (typeof rows)[number]) =>
    mayChange && each.id !== null && ['campaign', 'flash', 'discount'].includes(each.kind) && each.why !== 'over'
  return (
    <Stack gap="xs">
      <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label={t`Prices of this product`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t`Price`}</Table.Th>
              <Table.Th>{t`Kind`}</Table.Th>
              <Table.Th>{t`When`}</Table.Th>
              <Table.Th>{t`Holds`}</Table.Th>
              <Table.Th aria-label={t`Actions`} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((each) => (
              <Table.Tr key={each.id ?? 'shelf'}>
                <Table.Td className="tabular">
                  <Text fw={each.why ? 400 : 700}>{money(each.priceMinor, price.currency)}</Text>
                </Table.Td>
                <Table.Td>
                  {kinds[each.kind]}
                  {each.roomId !== null && (
                    <Text size="xs" c="dimmed">
                      <Trans>in one room</Trans>
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  {each.from && each.until ? `${dateTime(each.from)} – ${dateTime(each.until)}` : <Trans>always</Trans>}
                </Table.Td>
                <Table.Td>
                  {each.why ? (
                    <Text size="sm" c="dimmed">
                      <Trans>No: {losses[each.why]}</Trans>
                    </Text>
                  ) : (
                    <Badge color="green">
                      <Trans>Holds now</Trans>
                    </Badge>
                  )}
                </Table.Td>
                <Table.Td>
                  {mayEnd(each) && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      loading={end.isPending}
                      onClick={() => end.mutate(each.id ?? '')}
                    >
                      <Trans>End it</Trans>
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <PriceChart history={price.history} currency={price.currency} />
      {price.lowestMinor !== null && (
        <Text size="sm" c="dimmed">
          <Trans>
            Lowest of the last 14 days: {money(price.lowestMinor, price.currency)}. A flash sale may not be dearer.
          </Trans>
        </Text>
      )}
    </Stack>
  )
}

const hourMs = 3_600_000

function Schedule({ skuId, low, onDone }: { skuId: string; low: number | null; onDone: () => void }) {
  const { t } = useLingui()
  const kinds = useKindNames()
  const queries = useQueryClient()
  const [id] = useState(newId)
  const [kind, setKind] = useState<'campaign' | 'flash' | 'discount'>('campaign')
  const [nameEn, setNameEn] = useState('')
  const [nameZh, setNameZh] = useState('')
  const [amount, setAmount] = useState('')
  const [inHours, setInHours] = useState(0)
  const [hours, setHours] = useState(24)
  const [platform, setPlatform] = useState(0)
  const [budget, setBudget] = useState('10000.00')
  const create = useMutation({
    mutationFn() {
      const from = serverNowMs() + inHours * hourMs
      return must(
        api.POST('/api/v1/skus/{id}/scheduled-prices', {
          params: { path: { id: skuId } },
          body: {
            id,
            kind,
            name: { en: nameEn.trim(), zh: nameZh.trim() },
            priceMinor: minorOf(amount) ?? 0,
            roomId: null,
            limitUnits: null,
            from: new Date(from).toISOString(),
            until: new Date(from + hours * hourMs).toISOString(),
            funders: { platform: platform * 100, seller: 10_000 - platform * 100, creator: 0, brand: 0 },
            budgetMinor: platform > 0 ? (minorOf(budget) ?? 0) : 0,
          },
        }),
      )
    },
    onSuccess() {
      toast(t`The price is promised.`, 'good')
      void queries.invalidateQueries({ queryKey: ['effective-price'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate()
      }}
    >
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            required
            label={t`Name, English`}
            maxLength={60}
            value={nameEn}
            onChange={(event) => setNameEn(event.currentTarget.value)}
          />
          <TextInput
            required
            lang="zh-CN"
            label={t`Name, Chinese`}
            maxLength={60}
            value={nameZh}
            onChange={(event) => setNameZh(event.currentTarget.value)}
          />
          <NativeSelect
            label={t`Kind`}
            value={kind}
            data={(['campaign', 'flash', 'discount'] as const).map((value) => ({ value, label: kinds[value] }))}
            onChange={(event) => setKind(event.currentTarget.value as typeof kind)}
          />
          <TextInput
            required
            label={t`Price`}
            inputMode="decimal"
            description={
              kind === 'flash' && low !== null
                ? t`At most ${money(low, 'CNY')}, the lowest of 14 days`
                : t`Below the shelf price`
            }
            value={amount}
            onChange={(event) => setAmount(event.currentTarget.value)}
          />
          <NumberInput
            label={t`Starts in hours`}
            min={0}
            max={2_000}
            value={inHours}
            onChange={(value) => setInHours(Number(value) || 0)}
          />
          <NumberInput
            label={t`Lasts hours`}
            min={1}
            max={2_000}
            value={hours}
            onChange={(value) => setHours(Number(value) || 1)}
          />
          <NumberInput
            label={t`Borne by the platform, percent`}
            description={t`The seller bears the rest`}
            min={0}
            max={100}
            value={platform}
            onChange={(value) => setPlatform(Number(value) || 0)}
          />
          {platform > 0 && (
            <TextInput
              label={t`Budget of the platform`}
              description={t`Hard stop: what it cannot bear whole is not given`}
              inputMode="decimal"
              value={budget}
              onChange={(event) => setBudget(event.currentTarget.value)}
            />
          )}
        </SimpleGrid>
        <Group justify="flex-end">
          <Button variant="subtle" onClick={onDone}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={create.isPending} disabled={(minorOf(amount) ?? 0) < 1}>
            <Trans>Promise it</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function FlashSales({ mayChange }: { mayChange: boolean }) {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const states: Record<FlashSaleRow['state'], string> = {
    announced: t`Countdown`,
    running: t`Running`,
    ended: t`Over`,
    cancelled: t`Stopped`,
  }
  const pages = usePages<FlashSaleRow>(
    ['flash-sales'],
    (query, signal) => must(api.GET('/api/v1/flash-sales', { params: { query }, signal })),
    { refetchMs: 3_000 },
  )
  const stop = useMutation({
    mutationFn: (id: string) => must(api.POST('/api/v1/flash-sales/{id}/endings', { params: { path: { id } } })),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['flash-sales'] }),
  })
  return (
    <section aria-labelledby="flash-sales">
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2} size="h4" id="flash-sales">
          <Trans>Flash sales</Trans>
        </Title>
        {mayChange && <FlashActions />}
      </Group>
      <Listing
        label={t`Flash sales`}
        pages={pages}
        keyOf={(sale) => sale.id}
        empty={<Trans>No flash sale yet.</Trans>}
        columns={[
          {
            name: t`Product`,
            cell: (sale) => (
              <>
                <Text size="sm" fw={600}>
                  {pick(sale.title)} {pick(sale.label)}
                </Text>
                <Text size="xs" c="dimmed">
                  {dateTime(sale.startsAt)}
                </Text>
              </>
            ),
          },
          {
            name: t`Price`,
            figures: true,
            cell: (sale) => money(sale.priceMinor, sale.currency),
          },
          {
            name: t`Sold`,
            figures: true,
            cell: (sale) => (
              <div style={{ minWidth: 80 }}>
                <Text size="sm" className="tabular">
                  {count(sale.unitsSold)} / {count(sale.units)}
                </Text>
                <Progress value={(sale.unitsSold / sale.units) * 100} size="xs" color="red" aria-label={t`Sold`} />
              </div>
            ),
          },
          {
            name: t`State`,
            cell: (sale) => (
              <Group gap="xs" wrap="nowrap">
                <Badge color={sale.state === 'running' ? 'red' : sale.state === 'announced' ? 'yellow' : 'gray'}>
                  {states[sale.state]}
                </Badge>
                {mayChange && sale.closedAt === null && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    leftSection={<Zap size={13} aria-hidden="true" />}
                    onClick={() => stop.mutate(sale.id)}
                  >
                    <Trans>Stop the sale</Trans>
                  </Button>
                )}
              </Group>
            ),
          },
        ]}
      />
    </section>
  )
}

function Promotions() {
  const { t } = useLingui()
  useLocale()
  const { data, error, refetch } = useQuery({
    queryKey: ['promotions'],
    refetchInterval: 10_000,
    queryFn: () => must(api.GET('/api/v1/promotions')),
  })
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={120} />
  return (
    <section aria-labelledby="promotions">
      <Title order={2} size="h4" id="promotions" mb="xs">
        <Trans>Promotions that apply by themselves</Trans>
      </Title>
      <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label={t`Promotions that apply by themselves`}>
          <Table.Tbody>
            {data.promotions.map((each) => (
              <Table.Tr key={each.id}>
                <Table.Td>
                  <Text size="sm" fw={600}>
                    {pick(each.name)}
                  </Text>
                  <Text size="xs" c="dimmed">
                    −{money(each.offMinor, each.currency)} · ≥ {money(each.thresholdMinor, each.currency)}
                    {each.roomOnly && (
                      <>
                        {' · '}
                        <Trans>in rooms only</Trans>
                      </>
                    )}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {each.budgetMinor === null ? (
                    <Trans>No budget</Trans>
                  ) : (
                    <>
                      <Text size="sm" className="tabular">
                        {money(each.spentMinor ?? 0, each.currency)} / {money(each.budgetMinor, each.currency)}
                      </Text>
                      <Progress
                        value={ratioOf(each.spentMinor ?? 0, each.budgetMinor) * 100}
                        size="xs"
                        aria-label={t`Spent`}
                      />
                    </>
                  )}
                </Table.Td>
                <Table.Td className="tabular">
                  <Trans>until {dateTime(each.endsAt)}</Trans>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  )
}
