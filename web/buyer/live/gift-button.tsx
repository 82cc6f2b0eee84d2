/** "Give": opens the sheet with gifts, coins and the top list; after a gift a button for more of it stands where the thumb is. */
import { useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { Gift as GiftIcon } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { type Coins, codeOf, type Gift, type Store, useStorePart } from '../../client/index.ts'
import { giftPicture } from '../../kit/gift-pictures.ts'
import { pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'
import { coinsQuery } from '../queries.ts'
import { tellEars } from './ears.ts'
import css from './gifts.module.css'
import { type Combo, comboMs, postGift, startCombo } from './give.ts'
import type { RoomState } from './room.ts'

const GiftSheet = lazy(() => import('./gift-sheet.tsx'))

export default function GiftButton({ store }: { store: Store<RoomState> }) {
  const { t } = useLingui()
  const askWho = useAskWho()
  const [sheet, setSheet] = useState<'gifts' | 'coins' | null>(null)
  const [combo, setCombo] = useState<{ combo: Combo; units: number; taps: number } | null>(null)
  const give = useGiving(store, {
    onCoinsMissing: () => setSheet('coins'),
    onOver: () => setCombo(null),
  })
  const onAir = useStorePart(store, ({ room }) => room.state === 'live' || room.state === 'paused')
  if (!onAir) return null
  return (
    <>
      <button
        type="button"
        className={css['button']}
        aria-label={t`Give a gift`}
        onClick={async () => {
          if ((await askWho('give')) !== null) setSheet('gifts')
        }}
      >
        <GiftIcon size={22} aria-hidden="true" />
      </button>
      {combo && (
        <ComboButton
          key={combo.combo.gift.id}
          gift={combo.combo.gift}
          units={combo.combo.units}
          taps={combo.taps}
          onTap={() => {
            combo.combo.tap(combo.units)
            setCombo({ ...combo, taps: combo.taps + 1 })
          }}
          onOver={() => {
            combo.combo.flush()
            setCombo(null)
          }}
        />
      )}
      {sheet && (
        <Suspense>
          <GiftSheet
            store={store}
            first={sheet}
            onClose={() => setSheet(null)}
            onGive={(gift, units) => {
              const started = give(gift)
              started.tap(units)
              setCombo({ combo: started, units, taps: 1 })
              setSheet(null)
            }}
          />
        </Suspense>
      )}
    </>
  )
}

/** What a combo needs of the page: the answer moves the balance, flies by at once, and a "no" is said. */
function useGiving(store: Store<RoomState>, on: { onCoinsMissing(): void; onOver(): void }): (gift: Gift) => Combo {
  const queries = useQueryClient()
  const hear = useRef(on)
  hear.current = on
  return useCallback(
    (gift) => {
      const roomId = store.get().room.id
      return startCombo(gift, {
        send: (batch) => postGift(roomId, batch),
        wait: (run, ms) => void setTimeout(run, ms),
        onGiven({ sent, coins }) {
          queries.setQueryData<Coins>(coinsQuery.queryKey, (before) => before && { ...before, coins })
          void queries.invalidateQueries({ queryKey: ['gift-ranking', roomId] })
          tellEars(store, (ear) => ear.onWhisper?.({ kind: 'gift', gift: sent } as { kind: string }))
        },
        onRefused(problem) {
          toast(wordsOf(problem), 'bad')
          void queries.invalidateQueries({ queryKey: ['coins'] })
          hear.current.onOver()
          if (codeOf(problem) === 'coins_too_low') hear.current.onCoinsMissing()
        },
      })
    },
    [queries, store],
  )
}

function ComboButton(of: { gift: Gift; units: number; taps: number; onTap: () => void; onOver: () => void }) {
  const { t } = useLingui()
  useLocale()
  const over = useRef(of.onOver)
  over.current = of.onOver
  // biome-ignore lint/correctness/useExhaustiveDependencies: each tap starts the time anew.
  useEffect(() => {
    const timer = setTimeout(() => over.current(), comboMs)
    return () => clearTimeout(timer)
  }, [of.taps])
  const name = pick(of.gift.name)
  return createPortal(
    <button type="button" className={css['combo']} aria-label={t`Once more: ${name}`} onClick={of.onTap}>
      <svg key={of.taps} viewBox="0 0 80 80" aria-hidden="true" style={{ '--combo-ms': `${comboMs}ms` } as never}>
        <circle cx="40" cy="40" r="37" />
      </svg>
      <img src={giftPicture(of.gift.picture)} alt="" width={44} height={44} />
      <b key={`${of.taps} units`} aria-live="polite">
        ×{of.units}
      </b>
    </button>,
    document.body,
  )
}
