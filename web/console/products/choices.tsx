/** Fields to choose what a price, a coupon or a flash sale is about: found by a part of its name, never by typing an id. */
import { useLingui } from '@lingui/react/macro'
import { MultiSelect, NativeSelect, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, must } from '../../client/index.ts'
import { pick, useLocale } from '../../kit/index.ts'
import { roomsQuery } from '../queries.ts'

const foundMax = 30

function useFoundProducts() {
  const [words, setWords] = useState('')
  const [q] = useDebouncedValue(words.trim(), 250)
  const found = useQuery({
    queryKey: ['catalog-choice', q],
    staleTime: 30_000,
    queryFn: ({ signal }) =>
      must(api.GET('/api/v1/catalog', { params: { query: { limit: foundMax, ...(q ? { q } : {}) } }, signal })),
  })
  return { words, setWords, found: found.data?.items ?? [] }
}

/** One kind of one product. */
export function SkuField({ skuId, onChange }: { skuId: string | null; onChange: (skuId: string | null) => void }) {
  const { t } = useLingui()
  useLocale()
  const { words, setWords, found } = useFoundProducts()
  const [productId, setProductId] = useState<string | null>(null)
  const product = useQuery({
    queryKey: ['product', productId],
    enabled: productId !== null,
    queryFn: () => must(api.GET('/api/v1/products/{id}', { params: { path: { id: productId ?? '' } } })),
  })
  const skus = product.data?.product.skus ?? []
  const firstSkuId = skus[0]?.id
  useEffect(() => {
    if (skuId === null && firstSkuId !== undefined) onChange(firstSkuId)
  }, [skuId, firstSkuId, onChange])
  return (
    <>
      <Select
        required
        label={t`Product`}
        placeholder={t`Type a part of its title`}
        searchable
        data={found.map((each) => ({ value: each.id, label: pick(each.title) }))}
        value={productId}
        searchValue={words}
        onSearchChange={setWords}
        filter={({ options }) => options}
        onChange={(value) => {
          setProductId(value)
          onChange(null)
        }}
        nothingFoundMessage={t`No product fits.`}
      />
      <NativeSelect
        label={t`Kind`}
        disabled={skus.length < 2}
        value={skuId ?? ''}
        data={skus.map(({ id, label }) => ({ value: id, label: pick(label) }))}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </>
  )
}

/** Some products; what was chosen keeps its name when the next search no longer finds it. */
export function ProductsField(of: { label: string; description: string; onChange: (ids: string[]) => void }) {
  const { t } = useLingui()
  useLocale()
  const { words, setWords, found } = useFoundProducts()
  const [chosen, setChosen] = useState<{ value: string; label: string }[]>([])
  const options = found.map((each) => ({ value: each.id, label: pick(each.title) }))
  const data = [...chosen, ...options.filter(({ value }) => !chosen.some((each) => each.value === value))]
  return (
    <MultiSelect
      label={of.label}
      description={of.description}
      placeholder={chosen.length === 0 ? t`Type a part of its title` : ''}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t`Clear` }}
      data={data}
      value={chosen.map(({ value }) => value)}
      searchValue={words}
      onSearchChange={setWords}
      filter={({ options: all }) => all}
      onChange={(ids) => {
        setChosen(data.filter(({ value }) => ids.includes(value)))
        of.onChange(ids)
      }}
      nothingFoundMessage={t`No product fits.`}
    />
  )
}

/** A room that is on air now. */
export function RoomField(of: {
  label: string
  description?: string
  required?: boolean
  roomId: string | null
  onChange: (roomId: string | null) => void
}) {
  const { t } = useLingui()
  const { data } = useQuery(roomsQuery)
  return (
    <Select
      label={of.label}
      description={of.description}
      required={of.required ?? false}
      clearable={!of.required}
      clearButtonProps={{ 'aria-label': t`Clear` }}
      placeholder={of.required ? t`Choose a room` : t`All rooms and the shop`}
      data={(data?.rooms ?? []).map((room) => ({ value: room.id, label: `${room.host.name} · ${room.title}` }))}
      value={of.roomId}
      onChange={of.onChange}
      nothingFoundMessage={t`No room is on air.`}
    />
  )
}

export function CreatorField({
  creatorId,
  onChange,
}: {
  creatorId: string | null
  onChange: (id: string | null) => void
}) {
  const { t } = useLingui()
  const [words, setWords] = useState('')
  const [q] = useDebouncedValue(words.trim(), 250)
  const { data } = useQuery({
    queryKey: ['creator-choice', q],
    staleTime: 30_000,
    queryFn: ({ signal }) =>
      must(api.GET('/api/v1/creators', { params: { query: { limit: foundMax, ...(q ? { q } : {}) } }, signal })),
  })
  return (
    <Select
      required
      label={t`Host`}
      placeholder={t`Type a part of the name`}
      searchable
      data={(data?.items ?? []).map((each) => ({ value: each.id, label: `${each.name} (@${each.handle})` }))}
      value={creatorId}
      searchValue={words}
      onSearchChange={setWords}
      filter={({ options }) => options}
      onChange={onChange}
      nothingFoundMessage={t`Nobody fits.`}
    />
  )
}
