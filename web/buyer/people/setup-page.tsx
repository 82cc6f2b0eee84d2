import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must, useSignedInAs } from '../../client/index.ts'
import { Button } from '../../kit/index.ts'
import { Field } from '../field.tsx'
import { useTitle } from '../shell.tsx'
import css from './people.module.css'
import { Wrong } from './sign-in-form.tsx'

/** The first administrator, by the one-time link that the start printed. */
export function SetupPage() {
  const { t } = useLingui()
  const { token } = useSearch({ from: '/setup' })
  const signedInAs = useSignedInAs()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  useTitle(t`Set up`)
  const make = useMutation({
    mutationFn: () => must(api.POST('/api/v1/setup', { body: { token: token ?? '', name, email, password } })),
    onSuccess: async ({ me }) => {
      await signedInAs(me)
      location.assign('/console')
    },
  })
  return (
    <main className={css['page']}>
      <div className={css['brand']}>
        <img src="/icon.svg" alt="" />
        <h1>
          <Trans>Your platform is running</Trans>
        </h1>
      </div>
      <form
        className={`${css['card']} ${css['fields']}`}
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <p>
          {token ? (
            <Trans>Make the first administrator. The link works once.</Trans>
          ) : (
            <Trans>Open the one-time link that the server printed when it started.</Trans>
          )}
        </p>
        <Field label={t`Name`}>
          <input
            autoComplete="name"
            required
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field label={t`E-mail`}>
          <input
            type="email"
            autoComplete="email"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <Field label={t`Password`} hint={t`At least 10 characters`}>
          <input
            type="password"
            autoComplete="new-password"
            required
            minLength={10}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {make.error && <Wrong error={make.error} />}
        <Button type="submit" size="l" wide busy={make.isPending} disabled={!token}>
          <Trans>Make the administrator</Trans>
        </Button>
      </form>
    </main>
  )
}
