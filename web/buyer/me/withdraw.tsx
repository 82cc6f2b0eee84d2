import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { shareOf } from '#contract/money'
import { api, intent, must, newId, Problem } from '../../client/index.ts'
import { Button, dateTime, ErrorState, minorOf, money, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Field } from '../field.tsx'
import { walletQuery, withdrawalsQuery } from '../queries.ts'
import css from './me.module.css'

/** Money out of the wallet, to a bank: what it costs and what arrives stand there before anything is sent. */
export default function Withdraw() {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const wallet = useQuery(walletQuery)
  const { data, error, refetch } = useQuery(withdrawalsQuery)
  const [id, setId] = useState(newId)
  const [amount, setAmount] = useState('')
  const [holder, setHolder] = useState('')
  const [bank, setBank] = useState('')
  const [account, setAccount] = useState('')
  const amountMinor = minorOf(amount)
  const withdraw = useMutation({
    mutationFn: (minor: number) =>
      must(
        api.POST('/api/v1/wallet/withdrawals', {
          ...intent(id),
          body: { id, amountMinor: minor, holder, bank, account: account.replaceAll(' ', '') },
        }),
      ),
    onSuccess({ withdrawal }) {
      setId(newId())
      setAmount('')
      toast(
        withdrawal.state === 'review'
          ? t`Somebody looks at it first; you will hear of it.`
          : t`It is on its way to your bank.`,
        'good',
      )
      for (const key of ['wallet', 'withdrawals']) void queries.invalidateQueries({ queryKey: [key] })
    },
    // A no is final for this id; a lost line is not, so the same id goes again.
    onError: (refused) => {
      if (refused instanceof Problem && refused.status >= 400 && refused.status < 500) setId(newId())
    },
  })
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={280} />
  const { terms, currency } = data
  const balanceMinor = wallet.data?.balanceMinor ?? 0
  const isFine =
    amountMinor !== null &&
    amountMinor >= terms.minimumMinor &&
    amountMinor <= balanceMinor &&
    holder &&
    bank &&
    account
  const feeMinor = amountMinor === null ? 0 : terms.feeMinor + shareOf(amountMinor, terms.feeBasisPoints)
  const states = {
    review: t`being looked at`,
    approved: t`on its way`,
    sent: t`on its way`,
    paid: t`at your bank`,
    refused: t`refused: back in your wallet`,
    failed: t`came back: it is in your wallet`,
  }
  return (
    <div className={css['stack']}>
      <form
        className={css['stack']}
        onSubmit={(event) => {
          event.preventDefault()
          if (amountMinor !== null && isFine) withdraw.mutate(amountMinor)
        }}
      >
        <p className={css['fine']}>
          <Trans>
            {money(balanceMinor, currency)} in your wallet; from {money(terms.minimumMinor, currency)} on.
          </Trans>
        </p>
        <Field label={t`Amount`}>
          <input
            inputMode="decimal"
            placeholder="88.00"
            value={amount}
            onChange={(event) => {
              setAmount(event.target.value)
              setId(newId())
            }}
          />
        </Field>
        <Field label={t`Name on the account`}>
          <input
            autoComplete="name"
            maxLength={60}
            value={holder}
            onChange={(event) => setHolder(event.target.value)}
          />
        </Field>
        <Field label={t`Bank`}>
          <input maxLength={60} value={bank} onChange={(event) => setBank(event.target.value)} />
        </Field>
        <Field label={t`Account number`}>
          <input
            inputMode="numeric"
            autoComplete="off"
            maxLength={40}
            value={account}
            onChange={(event) => setAccount(event.target.value)}
          />
        </Field>
        {amountMinor !== null && amountMinor > feeMinor && (
          <p className={css['fine']} aria-live="polite">
            <Trans>
              Fee {money(feeMinor, currency)}; {money(amountMinor - feeMinor, currency)} arrives.
            </Trans>{' '}
            {amountMinor > terms.reviewAboveMinor && <Trans>An amount like this is looked at by a person first.</Trans>}
          </p>
        )}
        {withdraw.error && (
          <p role="alert" className={css['no']}>
            {wordsOf(withdraw.error)}
          </p>
        )}
        <Button type="submit" size="l" wide busy={withdraw.isPending} disabled={!isFine}>
          <Trans>Withdraw</Trans>
        </Button>
      </form>
      {data.withdrawals.items.length > 0 && (
        <ul className={css['entries']} aria-label={t`Earlier withdrawals`}>
          {data.withdrawals.items.map((each) => (
            <li key={each.id}>
              <span>
                {each.bank} {each.account}
                <small>
                  {states[each.state]} · {dateTime(each.requestedAt)}
                </small>
                {each.note && <small>{each.note}</small>}
              </span>
              <span>{money(each.amountMinor, each.currency)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
