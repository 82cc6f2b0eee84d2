import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CreditCard, Wallet } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api, must, newId, type Order, Problem, serverNowMs } from '../../client/index.ts'
import { Button, money, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { walletQuery } from '../queries.ts'
import css from './orders.module.css'

/** An order that waits: how long it still does, and the two ways to pay it. All orders of the wish are paid together. */
export function PayNow({ order }: { order: Order }) {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const wallet = useQuery(walletQuery)
  const leftMs = useLeftMs(order.payBy)
  const [id, setId] = useState(newId)
  const reload = () => {
    for (const name of ['order', 'orders', 'wallet']) void queries.invalidateQueries({ queryKey: [name] })
  }
  const pay = useMutation({
    mutationFn: (method: 'wallet' | 'provider') =>
      must(
        api.POST('/api/v1/me/orders/{id}/payments', {
          params: { path: { id: order.id } },
          body: { id, method },
        }),
      ),
    onSuccess({ state }) {
      toast(state === 'paid' ? t`Paid. The warehouse has it.` : t`The provider is still working on it.`, 'good')
      setId(newId())
      reload()
    },
    onError(error) {
      toast(wordsOf(error), 'bad')
      // A no is final for this payment; a lost line is not, so the same one goes again.
      if (error instanceof Problem && error.status >= 400 && error.status < 500) setId(newId())
      reload()
    },
  })
  const balanceMinor = wallet.data?.balanceMinor ?? 0
  const price = money(order.groupPayMinor, order.currency)
  const isOver = leftMs <= 0
  return (
    <section className={css['payNow']} aria-label={t`Pay`}>
      <p role="timer" aria-live="off">
        {isOver ? (
          <Trans>The time to pay is over.</Trans>
        ) : (
          <Trans>
            Kept for you for <strong>{clockOf(leftMs)}</strong>
          </Trans>
        )}
      </p>
      {order.groupPayMinor > order.payMinor && (
        <small>
          <Trans>With the other parcels of this purchase: {price}</Trans>
        </small>
      )}
      <Button
        size="l"
        wide
        disabled={isOver || balanceMinor < order.groupPayMinor}
        busy={pay.isPending && pay.variables === 'wallet'}
        onClick={() => pay.mutate('wallet')}
      >
        <Wallet size={20} aria-hidden="true" />
        <Trans>Pay {price} from the wallet</Trans>
      </Button>
      <Button
        look="outlined"
        wide
        disabled={isOver}
        busy={pay.isPending && pay.variables === 'provider'}
        onClick={() => pay.mutate('provider')}
      >
        <CreditCard size={20} aria-hidden="true" />
        {balanceMinor > 0 && balanceMinor < order.groupPayMinor ? (
          <Trans>Wallet {money(balanceMinor, order.currency)}, the rest by card</Trans>
        ) : (
          <Trans>Pay {price} by card</Trans>
        )}
      </Button>
    </section>
  )
}

/** What is left of the time, by the server's clock; each second anew. */
function useLeftMs(until: string | null): number {
  const [nowMs, setNowMs] = useState(serverNowMs)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(serverNowMs()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return until === null ? 0 : Math.max(0, Date.parse(until) - nowMs)
}

function clockOf(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
