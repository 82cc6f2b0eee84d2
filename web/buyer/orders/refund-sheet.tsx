import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, newId, type Order } from '../../client/index.ts'
import { Button, decimalOf, minorOf, money, Picture, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Field } from '../field.tsx'
import css from './refund.module.css'

type Kind = 'refundOnly' | 'returnRefund' | 'exchange' | 'resend'
type Reason = 'damaged' | 'not_as_described' | 'missing' | 'wrong_item' | 'no_reason'

/**
 * What is wanted, of which goods, and why. Whole lines are the first choice: most people want all of a thing back. How much of the
 * money is asked only where money alone goes back; goods that go back bring theirs.
 */
export default function RefundForm({ order, onDone }: { order: Order; onDone: () => void }) {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const open = order.refundable.filter((line) => line.leftMinor > 0)
  const only = open.length === 1 ? open[0] : undefined
  const [amounts, setAmounts] = useState<Record<number, string>>(
    only === undefined ? {} : { [only.no]: decimalOf(only.leftMinor) },
  )
  const [kind, setKind] = useState<Kind>('refundOnly')
  const [code, setCode] = useState<Reason | null>(null)
  const [reason, setReason] = useState('')
  // The id belongs to what is asked: another amount or reason is another wish.
  const [id, setId] = useState(newId)
  const kinds: readonly [Kind, string, string][] = [
    ['refundOnly', t`Money back`, t`I keep the goods`],
    ['returnRefund', t`Send it back`, t`Goods back, money back`],
    ['exchange', t`Exchange it`, t`The same again for this one`],
    ['resend', t`Send it again`, t`It never came whole`],
  ]
  const reasons: readonly [Reason, string][] = [
    ['damaged', t`Broken or faulty`],
    ['not_as_described', t`Not as shown`],
    ['wrong_item', t`Something else came`],
    ['missing', t`Something is missing`],
    // Goods go back without a reason for seven days; money alone does not.
    ...(kind === 'returnRefund' ? [['no_reason', t`I changed my mind`] as [Reason, string]] : []),
  ]
  const isMoney = kind === 'refundOnly' || kind === 'returnRefund'
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
          body: {
            id,
            kind,
            reasonCode: code ?? 'other',
            reason: reason.trim(),
            lines: lines.map(({ no, amountMinor }) => ({ no, amountMinor })),
          },
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
  const explain = (text: string, of: Reason | null) => {
    setId(newId())
    setReason(text)
    setCode(of)
  }
  const want = (next: Kind) => {
    setId(newId())
    setKind(next)
    if (next !== 'returnRefund' && code === 'no_reason') explain('', null)
    // Goods bring all of their money: only money alone is asked for in part.
    if (next !== 'refundOnly')
      setAmounts((chosen) =>
        Object.fromEntries(open.flatMap(({ no, leftMinor }) => (no in chosen ? [[no, decimalOf(leftMinor)]] : []))),
      )
  }
  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault()
        if (isFine) ask.mutate()
      }}
    >
      <fieldset className={css['reasons']}>
        <legend>
          <Trans>What do you want?</Trans>
        </legend>
        <div className={css['kinds']}>
          {kinds.map(([each, name, words]) => (
            <button key={each} type="button" aria-pressed={kind === each} onClick={() => want(each)}>
              <strong>{name}</strong>
              <small>{words}</small>
            </button>
          ))}
        </div>
      </fieldset>
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
              {text !== undefined && kind === 'refundOnly' && (
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
        {reasons.map(([each, words]) => (
          <button key={each} type="button" aria-pressed={code === each} onClick={() => explain(words, each)}>
            {words}
          </button>
        ))}
      </fieldset>
      <Field label={t`In your words`}>
        <textarea rows={2} maxLength={500} value={reason} onChange={(event) => explain(event.target.value, code)} />
      </Field>
      {ask.error && (
        <p role="alert" className={css['no']}>
          {wordsOf(ask.error)}
        </p>
      )}
      <Button type="submit" size="l" wide busy={ask.isPending} disabled={!isFine}>
        {sumMinor === 0 ? (
          <Trans>Choose what it is about</Trans>
        ) : isMoney ? (
          <Trans>Ask for {money(sumMinor, order.currency)} back</Trans>
        ) : (
          <Trans>Ask for it</Trans>
        )}
      </Button>
    </form>
  )
}
