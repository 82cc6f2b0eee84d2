import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Modal, NativeSelect, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, type Sku, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { decimalOf, ErrorState, minorOf, money, Picture, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Listing, Page, SearchField, SkeletonRows, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { categoriesQuery, given } from '../queries.ts'
import type { CatalogRow } from '../types.ts'

export function ProductsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters, setFilters] = useFilters()
  const [priced, setPriced] = useState<CatalogRow | null>(null)
  const categories = useQuery(categoriesQuery)
  const nameOf = (code: string) => {
    const category = categories.data?.categories.find((each) => each.code === code)
    return category === undefined ? '' : pick(category.name)
  }
  const mayChange = mayDo(me?.roles ?? [], ['operations', 'admin'])
  const wanted = given({ q: filters['q'], category: filters['category'] })
  const pages = usePages<CatalogRow>(['catalog', wanted], (query, signal) =>
    must(api.GET('/api/v1/catalog', { params: { query: { ...query, ...wanted } }, signal })),
  )
  return (
    <Page
      title={t`Products`}
      action={
        mayChange && (
          <Button component={Go} to="/products/new">
            <Trans>New product</Trans>
          </Button>
        )
      }
    >
      <Group gap="xs">
        <SearchField label={t`Title or SKU code`} />
        <NativeSelect
          aria-label={t`Category`}
          value={filters['category'] ?? ''}
          data={[
            { value: '', label: t`All categories` },
            ...(categories.data?.categories ?? []).map((each) => ({ value: each.code, label: pick(each.name) })),
          ]}
          onChange={(event) => setFilters({ category: event.currentTarget.value || undefined })}
        />
      </Group>
      <Listing
        label={t`Products`}
        pages={pages}
        keyOf={(product) => product.id}
        empty={<Trans>No product fits.</Trans>}
        emptyStep={
          mayChange && (
            <Button component={Go} to="/products/new" variant="default">
              <Trans>Create one</Trans>
            </Button>
          )
        }
        columns={[
          {
            name: t`Product`,
            cell: (product) => (
              <Group gap="sm" wrap="nowrap">
                <Picture picture={product.picture} alt="" className="thumb" />
                <div>
                  <Text size="sm" fw={600} lineClamp={2}>
                    {pick(product.title)}
                  </Text>
                  <Text size="xs" c="dimmed">
                    <Trans>{product.skus} SKUs</Trans> · {nameOf(product.categoryCode)}
                  </Text>
                </div>
              </Group>
            ),
          },
          {
            name: t`Price`,
            figures: true,
            cell: (product) => (
              <>
                {money(product.priceMinor, product.currency)}
                {product.priceToMinor > product.priceMinor && '+'}
              </>
            ),
          },
          { name: t`Commission`, wideOnly: true, figures: true, cell: (p) => `${p.commissionBasisPoints / 100} %` },
          { name: t`Left`, wideOnly: true, figures: true, cell: (product) => product.unitsLeft },
          { name: t`Sold`, wideOnly: true, figures: true, cell: (product) => product.unitsSold },
          {
            name: t`On sale`,
            cell: (product) => (mayChange ? <SaleSwitch product={product} /> : <SaleState state={product.state} />),
          },
          ...(mayChange
            ? [
                {
                  name: <span className="visually-hidden">{t`Actions`}</span>,
                  figures: true,
                  wideOnly: true,
                  cell: (product: CatalogRow) => (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={t`Prices of ${pick(product.title)}`}
                      onClick={() => setPriced(product)}
                    >
                      <Trans>Prices</Trans>
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <Modal
        opened={priced !== null}
        onClose={() => setPriced(null)}
        title={priced ? pick(priced.title) : ''}
        size="lg"
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {priced && <Prices productId={priced.id} />}
      </Modal>
    </Page>
  )
}

function SaleState({ state }: { state: CatalogRow['state'] }) {
  const { t } = useLingui()
  const words = { draft: t`draft`, on_sale: t`on sale`, off_sale: t`off sale` }
  return (
    <Badge variant="light" color={state === 'on_sale' ? 'green' : 'gray'} tt="none">
      {words[state]}
    </Badge>
  )
}

function SaleSwitch({ product }: { product: CatalogRow }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const change = useMutation({
    mutationFn: (state: 'on_sale' | 'off_sale') =>
      must(api.PUT('/api/v1/products/{id}/state', { params: { path: { id: product.id } }, body: { state } })),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['catalog'] }),
  })
  const isOn = change.isPending ? change.variables === 'on_sale' : product.state === 'on_sale'
  return (
    <Switch
      checked={isOn}
      disabled={change.isPending}
      aria-label={t`On sale: ${pick(product.title)}`}
      onChange={(event) => change.mutate(event.currentTarget.checked ? 'on_sale' : 'off_sale')}
    />
  )
}

function Prices({ productId }: { productId: string }) {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['product', productId],
    queryFn: () => must(api.GET('/api/v1/products/{id}', { params: { path: { id: productId } } })),
  })
  if (isPending) return <SkeletonRows rows={2} />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <Stack>
      {data.product.skus.map((sku) => (
        <PriceForm key={sku.id} sku={sku} productId={productId} />
      ))}
      <Text size="xs" c="dimmed">
        <Trans>A new price holds from now on. Orders that were placed keep theirs.</Trans>
      </Text>
    </Stack>
  )
}

function PriceForm({ sku, productId }: { sku: Sku; productId: string }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [price, setPrice] = useState<string>(decimalOf(sku.priceMinor))
  const [listPrice, setListPrice] = useState<string>(sku.listPriceMinor === null ? '' : decimalOf(sku.listPriceMinor))
  const [limit, setLimit] = useState<string>(sku.limitUnits === null ? '' : String(sku.limitUnits))
  const limitUnits = limit.trim() === '' ? null : Number(limit)
  const limitIsWrong = limitUnits !== null && !(Number.isInteger(limitUnits) && limitUnits >= 1 && limitUnits <= 999)
  const priceMinor = minorOf(price)
  const listPriceMinor = listPrice.trim() === '' ? null : minorOf(listPrice)
  const listIsWrong = listPrice.trim() !== '' && listPriceMinor === null
  const listIsBelow = listPriceMinor !== null && priceMinor !== null && listPriceMinor < priceMinor
  const isChanged =
    priceMinor !== sku.priceMinor || listPriceMinor !== sku.listPriceMinor || limitUnits !== sku.limitUnits
  const save = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/skus/{id}/prices', {
          params: { path: { id: sku.id } },
          body: { priceMinor: priceMinor ?? 0, listPriceMinor, limitUnits },
        }),
      ),
    onSuccess: () => {
      toast(t`The new price holds.`, 'good')
      void queries.invalidateQueries({ queryKey: ['product', productId] })
      void queries.invalidateQueries({ queryKey: ['catalog'] })
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const label = pick(sku.label)
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Text size="sm" fw={600}>
        {label}{' '}
        <Text span size="xs" c="dimmed">
          {sku.code}
        </Text>
      </Text>
      <Group gap="xs" align="flex-start">
        <TextInput
          label={t`Price`}
          inputMode="decimal"
          w={130}
          value={price}
          error={priceMinor === null || priceMinor < 1 ? t`Write an amount like 12.50` : null}
          onChange={(event) => setPrice(event.currentTarget.value)}
        />
        <TextInput
          label={t`Struck through`}
          inputMode="decimal"
          w={130}
          value={listPrice}
          error={listIsWrong ? t`Write an amount like 12.50` : listIsBelow ? t`Not below the price` : null}
          onChange={(event) => setListPrice(event.currentTarget.value)}
        />
        <TextInput
          label={t`Per buyer`}
          placeholder={t`no limit`}
          inputMode="numeric"
          w={110}
          value={limit}
          error={limitIsWrong ? t`From 1 to 999` : null}
          onChange={(event) => setLimit(event.currentTarget.value)}
        />
        <Button
          type="submit"
          mt={25}
          loading={save.isPending}
          disabled={priceMinor === null || priceMinor < 1 || listIsWrong || listIsBelow || limitIsWrong || !isChanged}
        >
          <Trans>Save</Trans>
        </Button>
      </Group>
    </form>
  )
}
