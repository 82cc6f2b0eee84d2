import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, ShieldAlert } from 'lucide-react'
import { useState } from 'react'
import { api, type Me, must, useSignedInAs } from '../../client/index.ts'
import { Button, day, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { listingsQuery, type MyListing } from '../queries.ts'
import css from './me.module.css'

/** What the platform knows of me: to take along, to see what is closed to me and why, and to go for good. */
export default function MyData({ me }: { me: Me }) {
  useLocale()
  const listings = useQuery(listingsQuery).data?.listings ?? []
  return (
    <div className={css['stack']}>
      <section className={css['stack']} aria-labelledby="take-along">
        <h3 id="take-along" className={css['heading']}>
          <Trans>Take it along</Trans>
        </h3>
        <p className={css['hint']}>
          <Trans>
            One file with your profile, addresses, orders, wallet, gifts and comments, as the platform has them.
          </Trans>
        </p>
        <a className={css['download']} href="/api/v1/me/data" download>
          <Download size={18} aria-hidden="true" />
          <Trans>Download my data</Trans>
        </a>
      </section>
      {listings.length > 0 && (
        <section className={css['stack']} aria-labelledby="closed">
          <h3 id="closed" className={css['heading']}>
            <Trans>What is closed to you</Trans>
          </h3>
          {listings.map((listing) => (
            <Listing key={listing.id} of={listing} />
          ))}
        </section>
      )}
      <Erase me={me} />
    </div>
  )
}

function Listing({ of }: { of: MyListing }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const object = useMutation({
    mutationFn: () =>
      must(api.POST('/api/v1/me/listings/{id}/objections', { params: { path: { id: of.id } }, body: { text } })),
    onSuccess: () => {
      toast(t`A moderator reads it.`, 'good')
      void queries.invalidateQueries({ queryKey: listingsQuery.queryKey })
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const words = { give: t`giving gifts`, create: t`selling as a creator` }
  return (
    <div className={css['closed']}>
      <strong>
        <ShieldAlert size={17} aria-hidden="true" /> {of.restricts.map((what) => words[what]).join(' · ')}
      </strong>
      <p>{of.reason}</p>
      <small>
        {of.liftedAt !== null ? (
          <Trans>Lifted</Trans>
        ) : !of.inForce ? (
          <Trans>Over</Trans>
        ) : of.endsAt === null ? (
          <Trans>Until it is lifted</Trans>
        ) : (
          <Trans>Until {day(of.endsAt)}</Trans>
        )}
      </small>
      {of.objection !== null ? (
        <p>
          <Trans>You said: {of.objection}</Trans>
        </p>
      ) : (
        of.inForce && (
          <form
            className={css['stack']}
            onSubmit={(event) => {
              event.preventDefault()
              object.mutate()
            }}
          >
            <label className={css['label']}>
              <Trans>What do you say against it? You may once.</Trans>
              <textarea rows={3} maxLength={1_000} value={text} onChange={(event) => setText(event.target.value)} />
            </label>
            <Button type="submit" look="tinted" busy={object.isPending} disabled={text.trim().length < 3}>
              <Trans>Object</Trans>
            </Button>
          </form>
        )
      )}
    </div>
  )
}

function Erase({ me }: { me: Me }) {
  const { t } = useLingui()
  const signedInAs = useSignedInAs()
  const [name, setName] = useState('')
  const erase = useMutation({
    mutationFn: () => must(api.POST('/api/v1/me/erasures', { body: { name: name.trim() } })),
    onSuccess: () => {
      toast(t`You are gone. Take care.`, 'good')
      void signedInAs(null)
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <section className={css['stack']} aria-labelledby="go">
      <h3 id="go" className={css['heading']}>
        <Trans>Go for good</Trans>
      </h3>
      <p className={css['hint']}>
        <Trans>
          Your name, addresses and comments are erased and cannot come back. The books keep what was bought, without
          you. First let open orders arrive and empty your wallet.
        </Trans>
      </p>
      <form
        className={css['stack']}
        onSubmit={(event) => {
          event.preventDefault()
          erase.mutate()
        }}
      >
        <label className={css['label']}>
          <Trans>Type your name, {me.name}, to confirm</Trans>
          <input value={name} autoComplete="off" maxLength={60} onChange={(event) => setName(event.target.value)} />
        </label>
        <Button type="submit" look="outlined" busy={erase.isPending} disabled={name.trim() !== me.name}>
          <Trans>Erase me</Trans>
        </Button>
      </form>
    </section>
  )
}
