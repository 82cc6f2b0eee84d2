import { Trans, useLingui } from '@lingui/react/macro'
import { ActionIcon, Badge, Text } from '@mantine/core'
import { GripVertical, Pin, PinOff, X } from 'lucide-react'
import { type PointerEvent, useEffect, useRef, useState } from 'react'
import { money, Picture, pick, useLocale } from '../../kit/index.ts'
import type { BagItem } from '../types.ts'
import { inOrder, movedTo } from './bag-order.ts'
import css from './live.module.css'

/** After the last arrow key: so that walking five places is one request. */
export const keySettleMs = 500

/**
 * The bag as a list that is put in order by dragging the grip, or with the arrow keys on it; Enter on a product pins it.
 * The wished order shows at once and is taken back when the server says no.
 */
export function BagList(of: {
  bag: readonly BagItem[]
  pinnedItemId: string | null
  onOrder: (itemIds: string[]) => Promise<unknown>
  onPin: (itemId: string | null) => void
  onRemove: (itemId: string) => void
}) {
  const { t } = useLingui()
  useLocale()
  const [wished, setWished] = useState<string[] | null>(null)
  const [said, setSaid] = useState('')
  const [dragged, setDragged] = useState<string | null>(null)
  const list = useRef<HTMLOListElement>(null)
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef<string[] | null>(null)
  useEffect(() => () => clearTimeout(settle.current), [])

  const items = inOrder(of.bag, wished)
  const ids = items.map((item) => item.id)

  const wish = (next: string[]) => {
    latest.current = next
    setWished(next)
  }
  const send = async () => {
    clearTimeout(settle.current)
    const sent = latest.current
    if (sent === null) return
    try {
      // Only what still lies in the bag: it may have changed under the hand.
      const there = new Set(of.bag.map((item) => item.id))
      await of.onOrder(sent.filter((id) => there.has(id)))
    } finally {
      // A later wish is under way; it decides.
      if (latest.current === sent) {
        latest.current = null
        setWished(null)
      }
    }
  }
  const move = (item: BagItem, place: number) => {
    const next = movedTo(ids, item.id, place)
    if (next.join() === ids.join()) return
    wish(next)
    const title = pick(item.title)
    const number = next.indexOf(item.id) + 1
    setSaid(t`${title}: place ${number} of ${next.length}`)
    clearTimeout(settle.current)
    settle.current = setTimeout(() => void send().catch(() => undefined), keySettleMs)
  }

  const drag = (item: BagItem, event: PointerEvent) => {
    if (dragged !== item.id || list.current === null) return
    const rows = [...list.current.children].map((row) => row.getBoundingClientRect())
    const place = rows.findIndex((row) => event.clientY < row.top + row.height / 2)
    const from = ids.indexOf(item.id)
    const target = place === -1 ? ids.length - 1 : place > from ? place - 1 : place
    if (target !== from) wish(movedTo(ids, item.id, target))
  }

  return (
    <>
      <ol ref={list} className={css['bag']}>
        {items.map((item, index) => {
          const isPinned = item.id === of.pinnedItemId
          const title = pick(item.title)
          return (
            <li
              key={item.id}
              className={css['item']}
              data-pinned={isPinned || undefined}
              data-dragged={dragged === item.id || undefined}
            >
              <button
                type="button"
                className={css['grip']}
                aria-label={t`Move ${title}, place ${index + 1} of ${items.length}; arrow keys`}
                onKeyDown={(event) => {
                  const step: Record<string, number> = {
                    ArrowUp: index - 1,
                    ArrowDown: index + 1,
                    Home: 0,
                    End: items.length - 1,
                  }
                  const place = step[event.key]
                  if (place === undefined) return
                  event.preventDefault()
                  move(item, place)
                  // The row has moved in the page; the focus stays with it.
                  const grip = event.currentTarget
                  requestAnimationFrame(() => grip.focus())
                }}
                onPointerDown={(event) => {
                  if (event.button !== 0) return
                  event.currentTarget.setPointerCapture(event.pointerId)
                  setDragged(item.id)
                }}
                onPointerMove={(event) => drag(item, event)}
                onPointerUp={() => {
                  if (dragged === item.id && latest.current !== null) void send().catch(() => undefined)
                  setDragged(null)
                }}
                onPointerCancel={() => {
                  setDragged(null)
                  latest.current = null
                  setWished(null)
                }}
              >
                <GripVertical size={18} aria-hidden="true" />
              </button>
              <Picture picture={item.picture} alt="" className="thumb" />
              <button
                type="button"
                className={css['what']}
                aria-pressed={isPinned}
                onClick={() => of.onPin(isPinned ? null : item.id)}
                title={isPinned ? t`Stop explaining` : t`Explain now`}
              >
                <span className={css['itemTitle']}>
                  <b className={css['number']}>{index + 1}</b> {title}
                </span>
                <Text span size="xs" c={item.soldOut ? 'var(--accent-text)' : 'dimmed'} className="tabular">
                  {money(item.priceMinor, item.currency)} ·{' '}
                  {item.soldOut ? <Trans>sold out</Trans> : <Trans>{item.unitsLeft} left</Trans>}
                </Text>
                {isPinned && (
                  <Badge size="sm" color="red" tt="none">
                    <Trans>explaining</Trans>
                  </Badge>
                )}
              </button>
              <ActionIcon
                variant={isPinned ? 'filled' : 'default'}
                size={36}
                aria-label={isPinned ? t`Unpin ${title}` : t`Pin ${title}`}
                onClick={() => of.onPin(isPinned ? null : item.id)}
              >
                {isPinned ? <PinOff size={16} aria-hidden="true" /> : <Pin size={16} aria-hidden="true" />}
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={t`Take ${title} out of the bag`}
                onClick={() => of.onRemove(item.id)}
              >
                <X size={16} aria-hidden="true" />
              </ActionIcon>
            </li>
          )
        })}
      </ol>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </>
  )
}
