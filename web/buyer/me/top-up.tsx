import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { roundUpTo } from '#contract/money'
import { api, intent, must, newId, Problem, useSession } from '../../client/index.ts'
import { Button, minorOf, money, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Field } from '../field.tsx'
import css from './me.module.css'

const steps = [10_000, 20_000, 50_000, 100_000]
const leastMinor = 100
const mostMinor = 5_000_000

/** Money into the wallet. The id belongs to the intent: tapping again after a lost line pays once. */
export function TopUp({
  currency,
  neededMinor = 0,
  onDone,
}: {
  currency: string
  neededMinor?: number
  onDone: (balanceMinor: number) => void
}) {
  const { t } = useLingui()
  useLocale()
  const { platform } = useSession()
  const queries = useQueryClient()
  // What is missing, rounded up to whole tens, is the first choice.
  const exact = neededMinor > 0 ? roundUpTo(neededMinor, 1_000) : 0
  const choices = [...new Set([...(exact > 0 ? [exact] : []), ...steps.filter((step) => step > neededMinor)])].slice(
    0,
    4,
  )
  const [chosen, setChosen] = useState(choices[0] ?? steps[0] ?? leastMinor)
  const [own, setOwn] = useState('')
  const [id, setId] = useState(newId)
  const amountMinor = own === '' ? chosen : minorOf(own)
  const isFine = amountMinor !== null && amountMinor >= leastMinor && amountMinor <= mostMinor
  const topUp = useMutation({
    mutationFn: async (minor: number) => {
      const reply = await must(api.POST('/api/v1/wallet/top-ups', { ...intent(id), body: { id, amountMinor: minor } }))
      if (reply.state === 'failed') throw new Problem({ code: 'provider_failed' })
      return reply
    },
    async onSuccess({ balanceMinor, state, redirectUrl }) {
      if (redirectUrl !== null) return window.location.assign(redirectUrl)
      setId(newId())
      toast(state === 'succeeded' ? t`The money is in your wallet.` : t`The provider is still working on it.`, 'good')
      await queries.invalidateQueries({ queryKey: ['wallet'] })
      onDone(balanceMinor)
    },
    // A no is final for this id; a lost line is not, so the same id goes again.
    onError: (error) => {
      if (error instanceof Problem && error.status >= 400 && error.status < 500) setId(newId())
    },
  })
  const choose = (minor: number) => {
    setChosen(minor)
    setOwn('')
    setId(newId())
  }
  return (
    <form
      className={css['stack']}
      onSubmit={(event) => {
        event.preventDefault()
        if (amountMinor !== null && isFine) topUp.mutate(amountMinor)
      }}
    >
      <fieldset className={css['amounts']}>
        <legend className="visually-hidden">{t`Amount`}</legend>
        {choices.map((minor) => (
          <button key={minor} type="button" aria-pressed={own === '' && chosen === minor} onClick={() => choose(minor)}>
            {money(minor, currency).replace(/\.00$/, '')}
          </button>
        ))}
      </fieldset>
      <Field label={t`Another amount`}>
        <input
          inputMode="decimal"
          placeholder="88.00"
          value={own}
          onChange={(event) => {
            setOwn(event.target.value)
            setId(newId())
          }}
        />
      </Field>
      {platform && platform.mode !== 'live' && (
        <p className={css['fine']}>
          <Trans>Sandbox: no real money moves.</Trans>
        </p>
      )}
      {topUp.error && (
        <p role="alert" className={css['no']}>
          {wordsOf(topUp.error)}
        </p>
      )}
      <Button type="submit" size="l" wide busy={topUp.isPending} disabled={!isFine}>
        <Trans>Top up {isFine ? money(amountMinor ?? 0, currency) : ''}</Trans>
      </Button>
    </form>
  )
}
