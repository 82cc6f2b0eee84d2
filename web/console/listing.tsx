/**
 * The grammar of a page and of a list: title and main action, filters that live in the address, rows, "load more".
 *
 *     const pages = usePages(['orders', filters], (query) => must(api.GET('/api/v1/orders', { params: { query } })))
 *     <Listing pages={pages} columns={[…]} keyOf={(row) => row.id} empty={…} />
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { keepPreviousData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useSession } from '../client/index.ts'
import { useFilters } from '../kit/desk.tsx'
import { EmptyState, ErrorState, Skeleton } from '../kit/index.ts'
import css from './listing.module.css'

const pageSize = 30

interface PageOf<Item> {
  items: Item[]
  next: string | null
}

export function usePages<Item>(
  key: readonly unknown[],
  load: (query: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<PageOf<Item>>,
  options: { enabled?: boolean; refetchMs?: number } = {},
) {
  return useInfiniteQuery({
    queryKey: key,
    enabled: options.enabled ?? true,
    staleTime: 2_000,
    refetchInterval: options.refetchMs ?? false,
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      load({ limit: pageSize, ...(pageParam === undefined ? {} : { cursor: pageParam }) }, signal),
    getNextPageParam: (page: PageOf<Item>) => page.next ?? undefined,
    select: (data) => data.pages.flatMap((page) => page.items),
  })
}

export type Pages<Item> = UseInfiniteQueryResult<Item[]>

export interface Column<Item> {
  name: ReactNode
  cell: (item: Item) => ReactNode
  /** Figures stand at the right, under each other. */
  figures?: boolean
  /** Left out where there is little room. */
  wideOnly?: boolean
}

export function Page(of: { title: string; lead?: ReactNode; action?: ReactNode; children: ReactNode }) {
  const { platform } = useSession()
  const name = platform?.name ?? 'Hawker'
  useEffect(() => {
    document.title = `${of.title} · ${name}`
  }, [of.title, name])
  return (
    <Stack gap="md" className={css['page']}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <div>
          <Title order={1} size="h2">
            {of.title}
          </Title>
          {of.lead && (
            <Text c="dimmed" size="sm">
              {of.lead}
            </Text>
          )}
        </div>
        {of.action && <Group gap="xs">{of.action}</Group>}
      </Group>
      {of.children}
    </Stack>
  )
}

/** `/` brings the focus here. What is typed goes to the address after a moment of quiet. */
export function SearchField({ label, name = 'q' }: { label: string; name?: string }) {
  const [filters, setFilters] = useFilters()
  const wanted = filters[name] ?? ''
  const [typed, setTyped] = useState(wanted)
  const tell = useDebouncedCallback((value: string) => setFilters({ [name]: value.trim() || undefined }), 250)
  // The address may change elsewhere: by a link, or by going back.
  useEffect(() => setTyped((current) => (current.trim() === wanted ? current : wanted)), [wanted])
  return (
    <TextInput
      type="search"
      className={css['search']}
      aria-label={label}
      placeholder={label}
      data-page-search
      leftSection={<Search size={16} aria-hidden="true" />}
      value={typed}
      maxLength={100}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        tell(event.currentTarget.value)
      }}
    />
  )
}

/** A few choices of a filter, as pressed buttons; the chosen one is in the address. */
export function FilterChips(of: { label: string; name: string; options: readonly { value: string; label: string }[] }) {
  const { t } = useLingui()
  const [filters, setFilters] = useFilters()
  const current = filters[of.name]
  return (
    <fieldset className={css['chips']}>
      <legend className="visually-hidden">{of.label}</legend>
      {[{ value: undefined, label: t`All` }, ...of.options].map((option) => (
        <button
          key={option.value ?? ''}
          type="button"
          aria-pressed={current === option.value}
          onClick={() => setFilters({ [of.name]: option.value })}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  )
}

export function Listing<Item>(of: {
  label: string
  pages: Pages<Item>
  columns: readonly Column<Item>[]
  keyOf: (item: Item) => string
  empty: ReactNode
  /** What to do next where there is nothing. */
  emptyStep?: ReactNode
  markOf?: (item: Item) => 'bad' | undefined
}) {
  const { pages, columns } = of
  if (pages.data === undefined) {
    return pages.error ? <ErrorState error={pages.error} onRetry={() => void pages.refetch()} /> : <SkeletonRows />
  }
  if (pages.data.length === 0) {
    return (
      <Paper withBorder>
        <EmptyState title={of.empty}>{of.emptyStep}</EmptyState>
      </Paper>
    )
  }
  return (
    <Stack gap="sm">
      {/* A table wider than the screen scrolls: by keyboard too, even where no row holds a link. */}
      <Paper
        withBorder
        className={css['sheet']}
        data-waiting={pages.isPlaceholderData || undefined}
        role="region"
        aria-label={of.label}
        tabIndex={0}
      >
        <table className={css['table']} aria-label={of.label}>
          <thead>
            <tr>
              {columns.map((column, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a list never move.
                <th key={index} scope="col" data-figures={column.figures} data-wide={column.wideOnly}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {pages.data.map((item) => (
              <tr key={of.keyOf(item)} data-mark={of.markOf?.(item)}>
                {columns.map((column, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a list never move.
                  <td key={index} data-figures={column.figures} data-wide={column.wideOnly}>
                    {column.cell(item)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Paper>
      {pages.error && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.hasNextPage && (
        <Button
          variant="default"
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
          style={{ alignSelf: 'center' }}
        >
          <Trans>Load more</Trans>
        </Button>
      )}
    </Stack>
  )
}

export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <Stack gap={8} aria-busy="true">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <Skeleton key={index} height={48} />
      ))}
    </Stack>
  )
}

/** The class of a link that covers its whole row. */
export const rowLink = css['rowLink']
