import { Trans, useLingui } from '@lingui/react/macro'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { PackageOpen, Search, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { type FeedItem, useSession } from '../../client/index.ts'
import { Button, EmptyState, ErrorState, pick, useLocale } from '../../kit/index.ts'
import { categoriesQuery, feedQuery, productsQuery } from '../queries.ts'
import { useTitle } from '../shell.tsx'
import { FeedSkeleton, ProductTile, RoomHero, RoomTile } from './cards.tsx'
import css from './feed.module.css'

/** Rooms on air and goods, newest first; words and categories narrow it to goods. */
export function FeedPage() {
  const { t } = useLingui()
  const { q, category } = useSearch({ from: '/' })
  const isNarrowed = q !== undefined || category !== undefined
  const feed = useInfiniteQuery({ ...feedQuery, enabled: !isNarrowed })
  const products = useInfiniteQuery({ ...productsQuery({ q, category }), enabled: isNarrowed })
  const shown = isNarrowed ? products : feed
  useTitle(undefined)
  const items = useMemo<FeedItem[]>(() => {
    if (isNarrowed) {
      return (
        products.data?.pages.flatMap((page) => page.items.map((product) => ({ kind: 'product' as const, product }))) ??
        []
      )
    }
    return feed.data?.pages.flatMap((page) => page.items) ?? []
  }, [isNarrowed, feed.data, products.data])
  return (
    <main className={css['page']}>
      <Head q={q} />
      <Categories chosen={category} />
      {shown.isPending ? (
        <FeedSkeleton />
      ) : shown.error && items.length === 0 ? (
        <ErrorState error={shown.error} onRetry={() => void shown.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState
          icon={<PackageOpen />}
          title={isNarrowed ? t`Nothing was found. Try other words.` : t`No goods yet.`}
        />
      ) : (
        <Waterfall items={items} busy={shown.isFetchingNextPage} hasHero={!isNarrowed} />
      )}
      {shown.hasNextPage && (
        <More key={items.length} onSeen={() => void shown.fetchNextPage()} busy={shown.isFetchingNextPage} />
      )}
      {!shown.hasNextPage && items.length > 12 && (
        <p className={css['end']}>
          <Trans>You have seen it all. New goods come every day.</Trans>
        </p>
      )}
    </main>
  )
}

function Head({ q }: { q: string | undefined }) {
  const { t } = useLingui()
  const { platform } = useSession()
  const navigate = useNavigate({ from: '/' })
  const [words, setWords] = useState(q ?? '')
  useEffect(() => setWords(q ?? ''), [q])
  const search = (wanted: string) =>
    void navigate({ search: (before) => ({ ...before, q: wanted.trim() || undefined }), replace: q !== undefined })
  return (
    <header className={css['head']}>
      <h1>{platform?.name ?? 'Hawker'}</h1>
      <search className={css['search']}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            search(words)
          }}
        >
          <Search size={18} aria-hidden="true" />
          <input
            type="search"
            enterKeyHint="search"
            maxLength={100}
            aria-label={t`Search goods`}
            placeholder={t`Search goods`}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
          {words !== '' && (
            <button
              type="button"
              aria-label={t`Clear the search`}
              onClick={() => {
                setWords('')
                search('')
              }}
            >
              <X size={18} aria-hidden="true" />
            </button>
          )}
        </form>
      </search>
    </header>
  )
}

function Categories({ chosen }: { chosen: string | undefined }) {
  const { t } = useLingui()
  useLocale()
  const { data } = useQuery(categoriesQuery)
  const navigate = useNavigate({ from: '/' })
  const choose = (category: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, category }), resetScroll: true })
  return (
    <nav className={css['categories']} aria-label={t`Categories`}>
      <button type="button" aria-pressed={chosen === undefined} onClick={() => choose(undefined)}>
        <Trans>For you</Trans>
      </button>
      {data?.categories.map((category) => (
        <button
          key={category.code}
          type="button"
          aria-pressed={chosen === category.code}
          onClick={() => choose(category.code)}
        >
          {pick(category.name)}
        </button>
      ))}
    </nav>
  )
}

/** Columns that fill evenly: each card goes where there is least so far, so no column ends early. */
function Waterfall({ items, busy, hasHero }: { items: readonly FeedItem[]; busy: boolean; hasHero: boolean }) {
  const { t } = useLingui()
  const columns = useColumns()
  const feed = useRef<HTMLDivElement>(null)
  const first = items[0]
  const hero = hasHero && first?.kind === 'room' ? first.room : undefined
  const rest = hero ? items.slice(1) : items
  const filled = useMemo(() => fill(rest, columns), [rest, columns])

  // The ARIA feed pattern: Page Down and Page Up move from article to article.
  const step = (event: KeyboardEvent) => {
    if (event.key !== 'PageDown' && event.key !== 'PageUp') return
    const articles = [...(feed.current?.querySelectorAll<HTMLElement>('[aria-posinset]') ?? [])].sort(
      (a, b) => Number(a.ariaPosInSet) - Number(b.ariaPosInSet),
    )
    const at = articles.findIndex((article) => article.contains(document.activeElement))
    const next = articles[at + (event.key === 'PageDown' ? 1 : -1)]
    if (next === undefined) return
    event.preventDefault()
    next.querySelector<HTMLElement>('a')?.focus()
    next.scrollIntoView({ block: 'center' })
  }

  return (
    <div ref={feed} role="feed" aria-busy={busy} aria-label={t`Rooms and goods`} onKeyDown={step} tabIndex={-1}>
      {hero && <RoomHero room={hero} place={1} />}
      <div className={css['columns']} role="presentation">
        {filled.map((column, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place.
          <div key={index} className={css['column']} role="presentation">
            {column.map(({ item, at }) =>
              item.kind === 'room' ? (
                <RoomTile key={item.room.id} room={item.room} place={at + (hero ? 2 : 1)} eager={at < columns} />
              ) : (
                <ProductTile
                  key={item.product.id}
                  product={item.product}
                  place={at + (hero ? 2 : 1)}
                  eager={at < columns}
                />
              ),
            )}
          </div>
        ))}
      </div>
    </div>
  )
}

/** About how tall a card is, in card widths; only the comparison matters. */
function weightOf(item: FeedItem): number {
  if (item.kind === 'room') return 1.72
  return 1.42 + (item.product.title.zh.length > 12 || item.product.title.en.length > 24 ? 0.1 : 0)
}

function fill(items: readonly FeedItem[], columns: number): { item: FeedItem; at: number }[][] {
  const filled = Array.from({ length: columns }, () => ({ tall: 0, cards: [] as { item: FeedItem; at: number }[] }))
  for (const [at, item] of items.entries()) {
    const shortest = filled.reduce((a, b) => (b.tall < a.tall - 0.01 ? b : a))
    shortest.cards.push({ item, at })
    shortest.tall += weightOf(item)
  }
  return filled.map(({ cards }) => cards)
}

const columnWidths = [
  [1100, 5],
  [840, 4],
  [600, 3],
] as const

function useColumns(): number {
  const count = () => columnWidths.find(([width]) => window.innerWidth >= width)?.[1] ?? 2
  const [columns, setColumns] = useState(count)
  useEffect(() => {
    const measure = () => setColumns(count())
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  })
  return columns
}

/** Asks for more well before the end is seen; the button is for those who do not scroll. */
function More({ onSeen, busy }: { onSeen: () => void; busy: boolean }) {
  const mark = useRef<HTMLDivElement>(null)
  const seen = useRef(onSeen)
  seen.current = onSeen
  useEffect(() => {
    if (mark.current === null) return undefined
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && seen.current(), {
      rootMargin: '1200px 0px',
    })
    observer.observe(mark.current)
    return () => observer.disconnect()
  }, [])
  return (
    <div ref={mark} className={css['more']}>
      <Button look="plain" busy={busy} onClick={onSeen}>
        <Trans>Show more</Trans>
      </Button>
    </div>
  )
}
