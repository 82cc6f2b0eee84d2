import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ClipboardPaste, MapPin, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { type Address, api, must, newId } from '../../client/index.ts'
import { Button, EmptyState, ErrorState, Skeleton, toast, wordsOf } from '../../kit/index.ts'
import { Field } from '../field.tsx'
import { addressesQuery } from '../queries.ts'
import { parseAddress } from './address-parser.ts'
import css from './me.module.css'

export function addressLine(address: Pick<Address, 'province' | 'city' | 'district' | 'street'>): string {
  const { province, city, district, street } = address
  // Chinese regions are written without gaps, and a municipality is named once.
  const region = province === city ? [city, district] : [province, city, district]
  return /[一-鿿]/.test(province) ? `${region.join('')} ${street}` : [street, ...region.toReversed()].join(', ')
}

/** My addresses; with `onChoose` to choose one of, else to keep in order. */
export function AddressList(of: {
  chosen?: string | undefined
  onChoose?: (address: Address) => void
  onAdd: () => void
  onEdit?: (address: Address) => void
}) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(addressesQuery)
  const remove = useMutation({
    mutationFn: (id: string) => must(api.DELETE('/api/v1/me/addresses/{id}', { params: { path: { id } } })),
    onError: (failure) => toast(wordsOf(failure), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['addresses'] }),
  })
  if (isPending) return <Skeleton height={160} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <div className={css['stack']}>
      {data.addresses.length === 0 && <EmptyState icon={<MapPin />} title={<Trans>No address yet.</Trans>} />}
      <ul className={css['stack']}>
        {data.addresses.map((address) => (
          <li key={address.id} className={css['address']} data-chosen={address.id === of.chosen}>
            <button type="button" onClick={() => (of.onChoose ?? of.onEdit)?.(address)}>
              <strong>
                {address.recipient} {address.phone}
                {address.isDefault && (
                  <span className={css['tag']}>
                    <Trans>Default</Trans>
                  </span>
                )}
              </strong>
              <small>{addressLine(address)}</small>
            </button>
            {!of.onChoose && (
              <button
                type="button"
                className={css['icon']}
                aria-label={t`Remove the address of ${address.recipient}`}
                onClick={() => remove.mutate(address.id)}
              >
                <Trash2 size={18} aria-hidden="true" />
              </button>
            )}
          </li>
        ))}
      </ul>
      <Button look="tinted" wide onClick={of.onAdd}>
        <Plus size={18} aria-hidden="true" />
        <Trans>Add an address</Trans>
      </Button>
    </div>
  )
}

const empty = { recipient: '', phone: '', province: '', city: '', district: '', street: '' }

/** An address by hand, or pasted in one line and then confirmed. */
export function AddressForm({ address, onSaved }: { address?: Address; onSaved: (address: Address) => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id] = useState(() => address?.id ?? newId())
  const [pasted, setPasted] = useState('')
  const [fields, setFields] = useState(address ?? empty)
  const [isDefault, setIsDefault] = useState(address?.isDefault ?? true)
  const save = useMutation({
    mutationFn: () => {
      const { recipient, phone, province, city, district, street } = fields
      const body = { recipient, phone, province, city, district, street, isDefault }
      return must(api.PUT('/api/v1/me/addresses/{id}', { params: { path: { id } }, body }))
    },
    async onSuccess({ address: saved }) {
      await queries.invalidateQueries({ queryKey: ['addresses'] })
      onSaved(saved)
    },
  })
  const field = (name: keyof typeof empty, autoComplete: string, label: string, max: number) => (
    <Field label={label}>
      <input
        required
        maxLength={max}
        autoComplete={autoComplete}
        inputMode={name === 'phone' ? 'tel' : 'text'}
        value={fields[name]}
        onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
      />
    </Field>
  )
  return (
    <form
      className={css['stack']}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      {!address && (
        <div className={css['paste']}>
          <Field
            label={t`Paste it in one line`}
            hint={t`Name, phone and address in any order; check the fields below.`}
          >
            <textarea
              rows={2}
              placeholder="张三 13800138000 广东省深圳市南山区科技园路 1 号"
              value={pasted}
              onChange={(event) => setPasted(event.target.value)}
              onPaste={(event) => {
                const text = event.clipboardData.getData('text')
                if (pasted === '' && text.trim() !== '') setFields({ ...fields, ...parseAddress(text) })
              }}
            />
          </Field>
          <Button
            look="tinted"
            size="s"
            disabled={pasted.trim() === ''}
            onClick={() => setFields({ ...fields, ...parseAddress(pasted) })}
          >
            <ClipboardPaste size={16} aria-hidden="true" />
            <Trans>Fill the fields</Trans>
          </Button>
        </div>
      )}
      <div className={css['two']}>
        {field('recipient', 'name', t`Recipient`, 60)}
        {field('phone', 'tel', t`Phone`, 20)}
      </div>
      <div className={css['three']}>
        {field('province', 'address-level1', t`Province`, 40)}
        {field('city', 'address-level2', t`City`, 40)}
        {field('district', 'address-level3', t`District`, 40)}
      </div>
      {field('street', 'street-address', t`Street and number`, 200)}
      <label className={css['check']}>
        <input type="checkbox" checked={isDefault} onChange={(event) => setIsDefault(event.target.checked)} />
        <Trans>Use this by default</Trans>
      </label>
      {save.error && (
        <p role="alert" className={css['no']}>
          {wordsOf(save.error)}
        </p>
      )}
      <Button type="submit" size="l" wide busy={save.isPending}>
        <Trans>Save the address</Trans>
      </Button>
    </form>
  )
}
