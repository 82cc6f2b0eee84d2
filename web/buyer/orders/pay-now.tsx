import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CreditCard, LoaderCircle, Wallet } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { api, must, newId, type Order, type Payment, Problem, serverNowMs } from '../../client/index.ts'
import { Button, money, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { paymentMeansQuery, paymentsOfQuery, walletQuery } from '../queries.ts'
import css from './pay-now.module.css'

/** An order that waits: how long it still does, and with what it can be paid. All orders of the wish are paid together. */
export function PayNow({ order }: { order: Order }) {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const wallet = useQuery(walletQuery)
  const means = useQuery(paymentMeansQuery)
  const payments = useQuery(paymentsOfQuery(order.groupId))
  const leftMs = useLeftMs(order.payBy)
  const [id, setId] = useState(newId)
  const [chosen, setChosen] = useState<string | null>(null)
  const [useWallet, setUseWallet] = useState(true)
  const [wantsAnother, setWantsAnother] = useState(false)
  const reload = () => {
    for (const name of ['order', 'orders', 'wallet', 'payments']) void queries.invalidateQueries({ queryKey: [name] })
  }
  const pay = useMutation({
    mutationFn: (of: { provider: NonNullable<typeof provider>['provider'] | null; useWallet: boolean }) =>
      must(
        api.POST('/api/v1/me/orders/{id}/payments', {
          params: { path: { id: order.id } },
          body: of.provider
            ? { id, method: 'provider', provider: of.provider, useWallet: of.useWallet }
            : { id, method: 'wallet' },
        }),
      ),
    onSuccess({ state, redirectUrl }) {
      if (redirectUrl !== null) {
        window.location.assign(redirectUrl)
        return
      }
      if (state === 'paid') toast(t`Paid. The warehouse has it.`, 'good')
      setWantsAnother(false)
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
  const totalMinor = order.groupPayMinor
  const price = money(totalMinor, order.currency)
  const isOver = leftMs <= 0
  const waiting = payments.data?.items.find(({ state }) => state === 'pending')
  const [last] = payments.data?.items ?? []
  const providers = means.data?.means ?? []
  const isEnough = balanceMinor >= totalMinor
  const current = chosen ?? (isEnough || providers.length === 0 ? 'wallet' : (providers[0]?.provider ?? 'wallet'))
  const provider = providers.find((each) => each.provider === current) ?? null
  const fromWallet = provider !== null && useWallet && balanceMinor > 0 && !isEnough ? balanceMinor : 0

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
      {totalMinor > order.payMinor && (
        <small>
          <Trans>With the other parcels of this purchase: {price}</Trans>
        </small>
      )}
      {waiting && <Waiting payment={waiting} />}
      {!waiting && last?.state === 'failed' && (
        <p className={css['failed']} role="status">
          <Trans>The last payment came to nothing. You were not charged; pay again below.</Trans>
        </p>
      )}
      {waiting && !wantsAnother ? (
        <Button look="plain" wide onClick={() => setWantsAnother(true)}>
          <Trans>Pay another way</Trans>
        </Button>
      ) : (
        <>
          <fieldset className={css['means']} disabled={isOver}>
            <legend className="visually-hidden">{t`Pay with`}</legend>
            <Choice
              icon={<Wallet size={20} aria-hidden="true" />}
              name={t`Wallet`}
              more={t`${money(balanceMinor, order.currency)} in it`}
              isChosen={current === 'wallet'}
              isDisabled={!isEnough}
              onChoose={() => setChosen('wallet')}
            />
            {providers.map((each) => (
              <Choice
                key={each.provider}
                icon={<CreditCard size={20} aria-hidden="true" />}
                name={pick(each.name)}
                isChosen={current === each.provider}
                onChoose={() => setChosen(each.provider)}
              />
            ))}
          </fieldset>
          {provider !== null && balanceMinor > 0 && !isEnough && (
            <label className={css['first']}>
              <input type="checkbox" checked={useWallet} onChange={(event) => setUseWallet(event.target.checked)} />
              <Trans>Use up my wallet first</Trans>
            </label>
          )}
          {fromWallet > 0 && provider !== null && (
            <dl className={css['parts']}>
              <div>
                <dt>
                  <Trans>From the wallet</Trans>
                </dt>
                <dd>{money(fromWallet, order.currency)}</dd>
              </div>
              <div>
                <dt>{pick(provider.name)}</dt>
                <dd>{money(totalMinor - fromWallet, order.currency)}</dd>
              </div>
            </dl>
          )}
          {waiting && (
            <small>
              <Trans>If the first payment arrives too, it goes back to where it came from.</Trans>
            </small>
          )}
          <Button
            size="l"
            wide
            disabled={isOver || (provider === null && !isEnough)}
            busy={pay.isPending}
            onClick={() => pay.mutate({ provider: provider?.provider ?? null, useWallet })}
          >
            <Trans>Pay {price}</Trans>
          </Button>
        </>
      )}
    </section>
  )
}

/** The provider has not said yet. Nothing to do but where it asks for something: this page hears of it by itself. */
function Waiting({ payment }: { payment: Payment }) {
  const provider = pick(payment.providerName)
  return (
    <div className={css['waiting']} role="status">
      <LoaderCircle size={22} aria-hidden="true" />
      <div>
        <p>
          <Trans>Waiting for {provider}</Trans>
        </p>
        <small>
          <Trans>This page changes by itself as soon as it is known. You will not pay twice.</Trans>
        </small>
      </div>
      {payment.redirectUrl !== null && (
        <a href={payment.redirectUrl} rel="external">
          <Trans>Go on to the payment page</Trans>
        </a>
      )}
    </div>
  )
}

function Choice(of: {
  icon: ReactNode
  name: string
  more?: string
  isChosen: boolean
  isDisabled?: boolean
  onChoose: () => void
}) {
  return (
    <label className={css['choice']} data-disabled={of.isDisabled || undefined}>
      {of.icon}
      <span>
        {of.name}
        {of.more && <small>{of.more}</small>}
      </span>
      <input type="radio" name="means" checked={of.isChosen} disabled={of.isDisabled} onChange={of.onChoose} />
    </label>
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
