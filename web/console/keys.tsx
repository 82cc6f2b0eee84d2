/** The console without a mouse: `g` and a letter, `/`, `?`, and a palette that finds pages, orders, parcels, goods, people. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Group, Kbd, Loader, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { api, must, useSession } from '../client/index.ts'
import { useGo } from '../kit/desk.tsx'
import { pick } from '../kit/index.ts'
import css from './keys.module.css'
import { mayDo, places, placesOf } from './places.ts'

const goWindowMs = 1_200

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** The next or previous row of the page, by the first thing in it that can be followed. */
function stepTo(step: 1 | -1): void {
  const rows = [...document.querySelectorAll('main tbody tr, main [data-row]')]
  const links = rows.flatMap((row) => row.querySelector<HTMLElement>('a[href], button') ?? [])
  const at = links.indexOf(document.activeElement as HTMLElement)
  const next = at === -1 ? (step === 1 ? 0 : links.length - 1) : at + step
  links[next]?.focus()
}

export function useShortcuts(of: { openPalette: () => void; openHelp: () => void }): void {
  const go = useGo()
  const { me } = useSession()
  const latest = useRef({ ...of, go, mine: me?.roles ?? [] })
  latest.current = { ...of, go, mine: me?.roles ?? [] }
  useEffect(() => {
    let goPressedMs = Number.NEGATIVE_INFINITY
    const press = (event: KeyboardEvent) => {
      const { openPalette, openHelp, go, mine } = latest.current
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        openPalette()
        return
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      if (document.querySelector('[role="dialog"],[role="alertdialog"]')) return
      const place = placesOf(mine).find((each) => each.letter === event.key)
      if (event.timeStamp - goPressedMs < goWindowMs && place !== undefined) {
        goPressedMs = Number.NEGATIVE_INFINITY
        event.preventDefault()
        go({ to: place.path })
      } else if (event.key === 'g') goPressedMs = event.timeStamp
      else if (event.key === '?') openHelp()
      else if (event.key === 'j' || event.key === 'k') stepTo(event.key === 'j' ? 1 : -1)
      else if (event.key === 'u') document.querySelector<HTMLElement>('main [data-up]')?.click()
      else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('[data-page-search]')
        if (field === null) return
        event.preventDefault()
        field.focus()
        field.select()
      }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}

export function HelpSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const { me } = useSession()
  return (
    <Modal opened={opened} onClose={onClose} title={t`Keys`} size="lg" closeButtonProps={{ 'aria-label': t`Close` }}>
      <div className={css['keys']}>
        <Line keys={['Ctrl', 'K']} does={t`Find anything`} />
        <Line keys={['/']} does={t`Search on this page`} />
        <Line keys={['j']} does={t`Next row; Enter follows it`} />
        <Line keys={['k']} does={t`Previous row`} />
        <Line keys={['u']} does={t`One level up`} />
        <Line keys={['?']} does={t`This help`} />
        {placesOf(me?.roles ?? []).map((place) => (
          <Line key={place.path} keys={['g', place.letter]} does={t(place.name)} />
        ))}
      </div>
    </Modal>
  )
}

function Line({ keys, does }: { keys: readonly string[]; does: string }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Group gap={4} wrap="nowrap" w={84}>
        {keys.map((name) => (
          <Kbd key={name}>{name}</Kbd>
        ))}
      </Group>
      <Text size="sm">{does}</Text>
    </Group>
  )
}

interface Found {
  id: string
  label: string
  kind: string
  to: string
  params?: Record<string, string>
  search?: Record<string, string>
}

/** Asks only for what one's roles may see; a list that says no is left out. */
function useFound(wanted: string) {
  const { t } = useLingui()
  const { me } = useSession()
  const mine = me?.roles ?? []
  const rolesOf = (path: string) => places.find((place) => place.path === path)?.roles ?? []
  const [q] = useDebouncedValue(wanted.trim(), 150)
  const kinds = { order: t`Order`, parcel: t`Parcel`, product: t`Product`, person: t`Person`, page: t`Page` }
  const query = useQuery({
    queryKey: ['palette', q, mine],
    enabled: q.length >= 2,
    staleTime: 5_000,
    queryFn: async ({ signal }): Promise<Found[]> => {
      const params = { query: { q, limit: 5 } }
      const asks: [string, () => Promise<Found[]>][] = [
        [
          '/orders',
          async () =>
            (await must(api.GET('/api/v1/orders', { params, signal }))).items.map((order) => ({
              id: order.id,
              label: `${order.number} · ${order.buyerName}`,
              kind: kinds.order,
              to: '/orders/$id',
              params: { id: order.id },
            })),
        ],
        [
          '/parcels',
          async () =>
            (await must(api.GET('/api/v1/parcels', { params, signal }))).items.map((parcel) => ({
              id: parcel.id,
              label: `${parcel.number} · ${parcel.shipTo.recipient}`,
              kind: kinds.parcel,
              to: '/parcels/$id',
              params: { id: parcel.id },
            })),
        ],
        [
          '/products',
          async () =>
            (await must(api.GET('/api/v1/catalog', { params, signal }))).items.map((product) => ({
              id: product.id,
              label: pick(product.title),
              kind: kinds.product,
              to: '/products',
              search: { q: pick(product.title) },
            })),
        ],
        [
          '/people',
          async () =>
            (await must(api.GET('/api/v1/people', { params, signal }))).items.map((person) => ({
              id: person.personId,
              label: person.name,
              kind: kinds.person,
              to: '/people',
              search: { q: person.name },
            })),
        ],
      ]
      const admitted = asks.filter(([path]) => mayDo(mine, rolesOf(path)))
      const answers = await Promise.allSettled(admitted.map(([, ask]) => ask()))
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    },
  })
  const word = wanted.trim().toLowerCase()
  const pages: Found[] = placesOf(mine)
    .filter((place) => t(place.name).toLowerCase().includes(word))
    .map((place) => ({ id: place.path, label: t(place.name), kind: kinds.page, to: place.path }))
  return { found: [...pages, ...(word.length >= 2 ? (query.data ?? []) : [])], isLooking: query.isFetching }
}

export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="10vh"
      attributes={{ content: { 'aria-label': t`Find anything` } }}
    >
      <PaletteBody onClose={onClose} />
    </Modal>
  )
}

function PaletteBody({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const go = useGo()
  const listId = useId()
  const [wanted, setWanted] = useState('')
  const [at, setAt] = useState(0)
  const { found, isLooking } = useFound(wanted)
  const current = Math.min(at, found.length - 1)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest' })
  }, [current])
  const open = (each: Found | undefined) => {
    if (each === undefined) return
    onClose()
    go({
      to: each.to,
      ...(each.params ? { params: each.params } : {}),
      ...(each.search ? { search: each.search } : {}),
    })
  }
  return (
    <Stack gap={0}>
      <TextInput
        data-autofocus
        variant="unstyled"
        size="md"
        px="md"
        py={6}
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[current] ? `${listId}-${current}` : undefined}
        aria-label={t`Find pages, orders, parcels, products, people`}
        placeholder={t`Find pages, orders, parcels, products, people`}
        leftSection={<Search size={18} aria-hidden="true" />}
        rightSection={isLooking ? <Loader size="xs" /> : null}
        value={wanted}
        maxLength={60}
        onChange={(event) => {
          setWanted(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'ArrowDown') setAt(Math.min(current + 1, found.length - 1))
          else if (event.key === 'ArrowUp') setAt(Math.max(current - 1, 0))
          else if (event.key === 'Enter') open(found[current])
          else return
          event.preventDefault()
        }}
      />
      <div ref={list} id={listId} role="listbox" aria-label={t`Found`} className={css['found']}>
        {found.map((each, index) => (
          <UnstyledButton
            key={each.id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className={css['option']}
            onClick={() => open(each)}
          >
            <span>{each.label}</span>
            <span className={css['kind']}>{each.kind}</span>
          </UnstyledButton>
        ))}
      </div>
      {found.length === 0 && (
        <Text c="dimmed" size="sm" p="md" role="status">
          {isLooking ? <Trans>Looking…</Trans> : <Trans>Nothing found. Try a number, a name or a phone.</Trans>}
        </Text>
      )}
    </Stack>
  )
}
