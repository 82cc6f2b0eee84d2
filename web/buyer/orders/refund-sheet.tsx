import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, newId, type Order } from '../../client/index.ts'
import { Button, decimalOf, minorOf, money, Picture, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Field } from '../field.tsx'
import css from './refund.module.css'

/** Which goods, how much of each, and why. Whole lines are the first choice: most people want all of a thing back. */
export default function RefundForm({ order, onDone }: { order: Order; onDone: () => void }) {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const open = order.refundable.filter((line) => line.leftMinor > 0)
  const only = open.length === 1 ? open[0] : undefined
  const [amounts, setAmounts] = useState<Record<number, string>>(
    only === undefined ? {} : { [only.no]: decimalOf(only.leftMinor) },
  )
  const [reason, setReason] = useState('')
  // The id belongs to what is asked: another amount or reason is another wish.
  const [id, setId] = useState(newId)
  const reasons = [t`Broken or faulty`, t`Not as shown`, t`Something is missing`, t`I changed my mind`]
  const lines = open.flatMap((line) => {
    const text = amounts[line.no]
    return text === undefined ? [] : [{ ...line, amountMinor: minorOf(text) ?? 0 }]
  })
  const isFine =
    lines.length > 0 &&
    reason.trim() !== '' &&
    lines.every((line) => line.amountMinor > 0 && line.amountMinor <= line.leftMinor)
  const sumMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0)
  const ask = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/me/orders/{id}/after-sales', {
          params: { path: { id: order.id } },
          body: { id, reason: reason.trim(), lines: lines.map(({ no, amountMinor }) => ({ no, amountMinor })) },
        }),
      ),
    onSuccess() {
      toast(t`Asked. You will have an answer within 3 days.`, 'good')
      for (const name of ['order', 'orders']) void queries.invalidateQueries({ queryKey: [name] })
      onDone()
    },
  })
  const change = (no: number, text: string | undefined) => {
    setId(newId())
    setAmounts(({ [no]: _, ...rest }) => (text === undefined ? rest : { ...rest, [no]: text }))
  }
  const explain = (text: string) => {
    setId(newId())
    setReason(text)
  }
  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault()
        if (isFine) ask.mutate()
      }}
    >
      <ul className={css['lines']}>
        {open.map(({ no, leftMinor }) => {
          const line = order.lines.find((each) => each.no === no)
          if (line === undefined) return null
          const text = amounts[no]
          return (
            <li key={no} data-chosen={text !== undefined}>
              <label className={css['choice']}>
                <input
                  type="checkbox"
                  checked={text !== undefined}
                  onChange={(event) => change(no, event.target.checked ? decimalOf(leftMinor) : undefined)}
                />
                <span className={css['picture']}>
                  <Picture picture={line.picture} alt="" />
                </span>
                <span className={css['words']}>
                  <strong>{pick(line.title)}</strong>
                  <small>
                    {pick(line.label)} × {line.units}
                  </small>
                </span>
              </label>
              {text !== undefined && (
                <label className={css['amount']}>
                  <span>
                    <Trans>Back, up to {money(leftMinor, order.currency)}</Trans>
                  </span>
                  <input
                    inputMode="decimal"
                    value={text}
                    aria-invalid={(minorOf(text) ?? 0) <= 0 || (minorOf(text) ?? 0) > leftMinor}
                    onChange={(event) => change(no, event.target.value)}
                  />
                </label>
              )}
            </li>
          )
        })}
      </ul>
      <fieldset className={css['reasons']}>
        <legend>
          <Trans>Why?</Trans>
        </legend>
        {reasons.map((each) => (
          <button key={each} type="button" aria-pressed={reason === each} onClick={() => explain(each)}>
            {each}
          </button>
        ))}
      </fieldset>
      <Field label={t`In your words`}>
        <textarea rows={2} maxLength={500} value={reason} onChange={(event) => explain(event.target.value)} />
      </Field>
      {ask.error && (
        <p role="alert" className={css['no']}>
          {wordsOf(ask.error)}
        </p>
      )}
      <Button type="submit" size="l" wide busy={ask.isPending} disabled={!isFine}>
        {sumMinor > 0 ? (
          <Trans>Ask for {money(sumMinor, order.currency)} back</Trans>
        ) : (
          <Trans>Choose what to return</Trans>
        )}
      </Button>
    </form>
  )
}
