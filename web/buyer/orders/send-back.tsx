import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, type Order } from '../../client/index.ts'
import { Button, dateTime, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Field } from '../field.tsx'
import css from './refund.module.css'

type Wish = Order['afterSales'][number]

/** Where the goods are to be sent, under which number and until when; and the carrier's number once they are gone. */
export default function SendBack({ wish, back }: { wish: Wish; back: NonNullable<Wish['return']> }) {
  const { t } = useLingui()
  useLocale()
  const queries = useQueryClient()
  const [waybill, setWaybill] = useState(back.waybill ?? '')
  const tell = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/me/orders/{id}/after-sales/{afterSaleId}/shipments', {
          params: { path: { id: wish.orderId, afterSaleId: wish.id } },
          body: { waybill: waybill.trim() },
        }),
      ),
    onSuccess() {
      toast(t`Thank you. We will look at it as soon as it is here.`, 'good')
      for (const name of ['order', 'orders']) void queries.invalidateQueries({ queryKey: [name] })
    },
  })
  return (
    <form
      className={css['back']}
      onSubmit={(event) => {
        event.preventDefault()
        if (waybill.trim() !== '') tell.mutate()
      }}
    >
      <ol>
        <li>
          <Trans>
            Write this number on the parcel: <strong className={css['number']}>{back.number}</strong>
          </Trans>
        </li>
        <li>
          <Trans>
            Send it by {dateTime(back.sendBy)} to {pick(back.sendTo.name)}: {back.sendTo.address}
          </Trans>
        </li>
        <li>
          <Trans>Tell us the carrier's number, so that we know it when it comes.</Trans>
        </li>
      </ol>
      <Field label={t`The carrier's number`}>
        <input
          value={waybill}
          maxLength={60}
          autoComplete="off"
          autoCapitalize="characters"
          onChange={(event) => setWaybill(event.target.value)}
        />
      </Field>
      {tell.error && (
        <p role="alert" className={css['no']}>
          {wordsOf(tell.error)}
        </p>
      )}
      <Button
        type="submit"
        look="outlined"
        wide
        busy={tell.isPending}
        disabled={waybill.trim() === '' || waybill.trim() === back.waybill}
      >
        {wish.state === 'sent' ? <Trans>Correct the number</Trans> : <Trans>I have sent it</Trans>}
      </Button>
    </form>
  )
}
