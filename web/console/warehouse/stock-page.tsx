import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Drawer, Group, Modal, NativeSelect, NumberInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { timesUnits } from '#contract/money'
import { api, intent, must, newId, useSession } from '../../client/index.ts'
import { useFilters } from '../../kit/desk.tsx'
import { dateTime, minorOf, money, Picture, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Listing, Page, SearchField, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { given } from '../queries.ts'
import type { Movement, StockRow, Supplier } from '../types.ts'
import { WarehouseSelect } from './warehouse-select.tsx'

export function StockPage() {
  const { t } = useLingui()
  useLocale()
  const [filters] = useFilters()
  const [shown, setShown] = useState<StockRow | null>(null)
  const wanted = given({ q: filters['q'], warehouseId: filters['warehouseId'] })
  const pages = usePages<StockRow>(['stock', wanted], (query, signal) =>
    must(api.GET('/api/v1/stock', { params: { query: { ...query, ...wanted } }, signal })),
  )
  // The row is looked up anew, so that the drawer shows what a correction made of it.
  const row = shown && (pages.data?.find((each) => keyOf(each) === keyOf(shown)) ?? shown)
  return (
    <Page title={t`Stock`} lead={t`Scarcest first. Available is what a buyer can still order.`}>
      <Group gap="xs">
        <SearchField label={t`SKU code or title`} />
        <WarehouseSelect />
      </Group>
      <Listing
        label={t`Stock`}
        pages={pages}
        keyOf={keyOf}
        markOf={(each) => (each.available <= 0 ? 'bad' : undefined)}
        empty={<Trans>No stock fits these filters.</Trans>}
        columns={[
          {
            name: t`Goods`,
            cell: (each) => (
              <Group gap="sm" wrap="nowrap">
                <Picture picture={each.picture} alt="" className="thumb" />
                <div>
                  <Text size="sm" fw={600} lineClamp={1}>
                    {pick(each.title)}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {each.skuCode}
                  </Text>
                </div>
              </Group>
            ),
          },
          { name: t`Warehouse`, wideOnly: true, cell: (each) => each.warehouseCode },
          { name: t`Bin`, wideOnly: true, cell: (each) => each.bin },
          { name: t`On hand`, wideOnly: true, figures: true, cell: (each) => each.onHand },
          { name: t`Promised`, wideOnly: true, figures: true, cell: (each) => each.allocated },
          { name: t`Held`, wideOnly: true, figures: true, cell: (each) => each.reserved },
          { name: t`Available`, figures: true, cell: (each) => <b>{each.available}</b> },
          {
            name: <span className="visually-hidden">{t`Actions`}</span>,
            figures: true,
            cell: (each) => (
              <Button
                variant="default"
                size="xs"
                aria-label={t`Open ${each.skuCode} in ${each.warehouseCode}`}
                onClick={() => setShown(each)}
              >
                <Trans>Open</Trans>
              </Button>
            ),
          },
        ]}
      />
      <Drawer
        opened={row !== null}
        onClose={() => setShown(null)}
        position="right"
        size="lg"
        title={row ? pick(row.title) : ''}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {row && <StockDetail row={row} />}
      </Drawer>
    </Page>
  )
}

function keyOf(row: StockRow): string {
  return `${row.skuId} ${row.warehouseId}`
}

function StockDetail({ row }: { row: StockRow }) {
  const { t } = useLingui()
  const { me } = useSession()
  const [doing, setDoing] = useState<'adjust' | 'receive' | null>(null)
  const mayChange = mayDo(me?.roles ?? [], ['warehouse', 'operations', 'admin'])
  const pages = usePages<Movement>(['movements', row.skuId], (query, signal) =>
    must(api.GET('/api/v1/skus/{id}/movements', { params: { path: { id: row.skuId }, query }, signal })),
  )
  const words: Record<Movement['kind'], string> = {
    received: t`Received`,
    allocated: t`Promised`,
    released: t`Released`,
    shipped: t`Shipped`,
    adjusted: t`Corrected`,
    reserved: t`Kept back`,
    unreserved: t`No longer kept back`,
  }
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {row.skuCode} · {row.warehouseCode} · {row.bin}
      </Text>
      <Group gap="xl" className="tabular">
        <Figure name={t`On hand`} value={row.onHand} />
        <Figure name={t`Promised`} value={row.allocated} />
        <Figure name={t`Held`} value={row.reserved} />
        <Figure name={t`Available`} value={row.available} />
      </Group>
      {mayChange && (
        <Group gap="xs">
          <Button onClick={() => setDoing('receive')}>
            <Trans>Receive goods</Trans>
          </Button>
          <Button variant="default" onClick={() => setDoing('adjust')}>
            <Trans>Correct the count</Trans>
          </Button>
        </Group>
      )}
      <Title order={3} size="h5">
        <Trans>Movements</Trans>
      </Title>
      <Listing
        label={t`Movements`}
        pages={pages}
        keyOf={(each) => each.id}
        empty={<Trans>Nothing has moved yet.</Trans>}
        columns={[
          { name: t`When`, cell: (each) => dateTime(each.at) },
          { name: t`What`, cell: (each) => words[each.kind] },
          { name: t`Units`, figures: true, cell: (each) => (each.units > 0 ? `+${each.units}` : each.units) },
          { name: t`Cause`, cell: (each) => <Text size="xs">{each.cause}</Text> },
        ]}
      />
      <Modal
        opened={doing === 'adjust'}
        onClose={() => setDoing(null)}
        title={t`Correct the count`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <AdjustForm row={row} onDone={() => setDoing(null)} />
      </Modal>
      <Modal
        opened={doing === 'receive'}
        onClose={() => setDoing(null)}
        title={t`Receive goods`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <ReceiveForm row={row} onDone={() => setDoing(null)} />
      </Modal>
    </Stack>
  )
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={650}>
        {value}
      </Text>
    </div>
  )
}

function useRefreshStock() {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: ['stock'] })
    void queries.invalidateQueries({ queryKey: ['movements'] })
  }
}

function AdjustForm({ row, onDone }: { row: StockRow; onDone: () => void }) {
  const { t } = useLingui()
  // One id for as long as the form is open: a repeated press is the same correction.
  const [id] = useState(() => newId())
  const [units, setUnits] = useState<number | string>('')
  const [reason, setReason] = useState('')
  const refresh = useRefreshStock()
  const isReady = typeof units === 'number' && units !== 0 && reason.trim().length >= 3
  const send = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/stock-adjustments', {
          ...intent(id),
          body: { id, skuId: row.skuId, warehouseId: row.warehouseId, units: Number(units), reason: reason.trim() },
        }),
      ),
    onSuccess: ({ onHand }) => {
      toast(t`Corrected: ${onHand} on hand.`, 'good')
      refresh()
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) send.mutate()
      }}
    >
      <Stack>
        <NumberInput
          data-autofocus
          label={t`Difference`}
          description={t`What to add; with a minus, what to take away`}
          allowDecimal={false}
          min={-100_000}
          max={100_000}
          value={units}
          onChange={setUnits}
        />
        {typeof units === 'number' && units !== 0 && (
          <Text size="sm" className="tabular">
            {row.onHand} → <b>{row.onHand + units}</b>
          </Text>
        )}
        <TextInput
          label={t`Reason`}
          placeholder={t`For example: counted twice on Monday`}
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button type="submit" loading={send.isPending} disabled={!isReady}>
          <Trans>Correct</Trans>
        </Button>
      </Stack>
    </form>
  )
}

function ReceiveForm({ row, onDone }: { row: StockRow; onDone: () => void }) {
  const { t } = useLingui()
  const { platform } = useSession()
  const [id] = useState(() => newId())
  const [supplierId, setSupplierId] = useState('')
  const [bin, setBin] = useState(row.bin)
  const [units, setUnits] = useState<number | string>('')
  const [cost, setCost] = useState('')
  const refresh = useRefreshStock()
  const suppliers = useQuery({
    queryKey: ['suppliers', 'all'],
    queryFn: async (): Promise<Supplier[]> =>
      (await must(api.GET('/api/v1/suppliers', { params: { query: { limit: 100 } } }))).items,
  })
  const unitCostMinor = minorOf(cost)
  const supplier = supplierId || suppliers.data?.[0]?.id || ''
  const binIsRight = /^[A-Z]-\d{2}-\d{1,2}$/.test(bin)
  const isReady =
    supplier !== '' &&
    binIsRight &&
    typeof units === 'number' &&
    units >= 1 &&
    units <= 10_000 &&
    unitCostMinor !== null
  const currency = platform?.currency ?? 'CNY'
  const send = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/receipts', {
          ...intent(id),
          body: {
            id,
            supplierId: supplier,
            warehouseId: row.warehouseId,
            skuId: row.skuId,
            bin,
            units: Number(units),
            unitCostMinor: unitCostMinor ?? 0,
          },
        }),
      ),
    onSuccess: ({ onHand, payableMinor }) => {
      toast(t`Received: ${onHand} on hand, ${money(payableMinor, currency)} owed to the supplier.`, 'good')
      refresh()
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) send.mutate()
      }}
    >
      <Stack>
        <NativeSelect
          data-autofocus
          label={t`Supplier`}
          value={supplier}
          data={(suppliers.data ?? []).map((each) => ({ value: each.id, label: `${each.code} · ${pick(each.name)}` }))}
          onChange={(event) => setSupplierId(event.currentTarget.value)}
        />
        <TextInput
          label={t`Bin`}
          description={t`Aisle, shelf, place: A-03-2`}
          value={bin}
          error={binIsRight ? null : t`Write it like A-03-2`}
          onChange={(event) => setBin(event.currentTarget.value.toUpperCase())}
        />
        <NumberInput label={t`Units`} allowDecimal={false} min={1} max={10_000} value={units} onChange={setUnits} />
        <TextInput
          label={t`Cost of one unit`}
          inputMode="decimal"
          placeholder="12.50"
          value={cost}
          error={cost !== '' && unitCostMinor === null ? t`Write an amount like 12.50` : null}
          onChange={(event) => setCost(event.currentTarget.value)}
        />
        {typeof units === 'number' && unitCostMinor !== null && (
          <Text size="sm">
            <Trans>Owed to the supplier: {money(timesUnits(unitCostMinor, units), currency)}</Trans>
          </Text>
        )}
        <Button type="submit" loading={send.isPending} disabled={!isReady}>
          <Trans>Receive</Trans>
        </Button>
      </Stack>
    </form>
  )
}
