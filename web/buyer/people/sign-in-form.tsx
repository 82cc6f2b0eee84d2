import { Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import { api, type DemoLogin, type Me, must, serverNowMs, useSession, useSignedInAs } from '../../client/index.ts'
import { Avatar, Button, pick, Segments, wordsOf } from '../../kit/index.ts'
import { Field } from '../field.tsx'
import css from './people.module.css'

type Way = 'phone' | 'email'
const homes = { buyer: '/', studio: '/studio', console: '/console' } as const

/** Three ways in: a code by phone, e-mail and password, and one click where the platform is a demo. */
export function SignInForm({ onDone }: { onDone: (me: Me) => void }) {
  const { t } = useLingui()
  const { platform } = useSession()
  const [way, setWay] = useState<Way>('phone')
  const signedInAs = useSignedInAs()
  const enter = async (me: Me) => {
    // First the connection that knows the name, then whatever waited for it.
    const loading = signedInAs(me)
    onDone(me)
    await loading
  }
  return (
    <div className={css['form']}>
      {platform?.mode === 'demo' && <DemoLogins onDone={enter} />}
      <Segments<Way>
        label={t`How to sign in`}
        value={way}
        onChange={setWay}
        options={[
          { value: 'phone', label: t`Phone` },
          { value: 'email', label: t`E-mail` },
        ]}
      />
      {way === 'phone' ? <PhoneForm onDone={enter} /> : <EmailForm onDone={enter} />}
    </div>
  )
}

function DemoLogins({ onDone }: { onDone: (me: Me) => Promise<void> }) {
  const { data } = useQuery({ queryKey: ['demo-logins'], queryFn: () => must(api.GET('/api/v1/demo/logins')) })
  const enter = useMutation({
    mutationFn: (login: DemoLogin) => must(api.POST('/api/v1/demo/sign-ins', { body: { login: login.login } })),
    onSuccess: async ({ me }, login) => {
      await onDone(me)
      if (login.app !== 'buyer') location.assign(homes[login.app])
    },
  })
  if (!data || data.logins.length === 0) return null
  return (
    <section className={css['demo']}>
      <h2>
        <Trans>Step into the demo as</Trans>
      </h2>
      <ul>
        {data.logins.map((login) => (
          <li key={login.login}>
            <button type="button" disabled={enter.isPending} onClick={() => enter.mutate(login)}>
              <Avatar name={login.name} picture={login.avatar} size={40} />
              <span>
                <strong>{login.name}</strong>
                <small>{pick(login.sentence)}</small>
              </span>
              <ChevronRight size={18} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      {enter.error && <Wrong error={enter.error} />}
    </section>
  )
}

function PhoneForm({ onDone }: { onDone: (me: Me) => Promise<void> }) {
  const { t } = useLingui()
  const [phone, setPhone] = useState('')
  const [code, setCode] = useState('')
  const [resendAtMs, setResendAtMs] = useState(0)
  const left = useSecondsUntil(resendAtMs)
  const number = phoneOf(phone)
  const send = useMutation({
    mutationFn: () => must(api.POST('/api/v1/phone-codes', { body: { phone: number ?? '' } })),
    onSuccess: (sent) => {
      setResendAtMs(serverNowMs() + sent.resendAfterSeconds * 1_000)
      if (sent.sandboxCode) setCode(sent.sandboxCode)
    },
  })
  const enter = useMutation({
    mutationFn: () => must(api.POST('/api/v1/phone-sign-ins', { body: { phone: number ?? '', code } })),
    onSuccess: ({ me }) => onDone(me),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (send.data) enter.mutate()
    else send.mutate()
  }
  return (
    <form className={css['fields']} onSubmit={submit}>
      <Field label={t`Phone number`}>
        <input
          type="tel"
          inputMode="tel"
          autoComplete="tel"
          required
          placeholder="138 0013 8000"
          value={phone}
          onChange={(event) => setPhone(event.target.value)}
        />
      </Field>
      {send.data && (
        <Field
          label={t`Six-digit code`}
          hint={send.data.sandboxCode ? t`Sandbox: no SMS is sent, the code is filled in for you.` : undefined}
        >
          <input
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="\d{6}"
            maxLength={6}
            required
            value={code}
            onChange={(event) => setCode(event.target.value.replaceAll(/\D/g, ''))}
          />
        </Field>
      )}
      {(send.error ?? enter.error) && <Wrong error={enter.error ?? send.error} />}
      {send.data ? (
        <>
          <Button type="submit" size="l" wide busy={enter.isPending} disabled={code.length !== 6}>
            <Trans>Sign in</Trans>
          </Button>
          <Button look="plain" disabled={left > 0 || send.isPending} onClick={() => send.mutate()}>
            {left > 0 ? <Trans>Send again in {left} s</Trans> : <Trans>Send the code again</Trans>}
          </Button>
        </>
      ) : (
        <Button type="submit" size="l" wide busy={send.isPending} disabled={number === null}>
          <Trans>Get a code</Trans>
        </Button>
      )}
      <p className={css['fine']}>
        <Trans>A new number opens an account.</Trans>
      </p>
    </form>
  )
}

function EmailForm({ onDone }: { onDone: (me: Me) => Promise<void> }) {
  const { t } = useLingui()
  const [isNew, setIsNew] = useState(false)
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const enter = useMutation({
    mutationFn: () =>
      isNew
        ? must(api.POST('/api/v1/sign-ups', { body: { name, email, password } }))
        : must(api.POST('/api/v1/sign-ins', { body: { email, password } })),
    onSuccess: ({ me }) => onDone(me),
  })
  return (
    <form
      className={css['fields']}
      onSubmit={(event) => {
        event.preventDefault()
        enter.mutate()
      }}
    >
      {isNew && (
        <Field label={t`Name`}>
          <input
            autoComplete="name"
            required
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      )}
      <Field label={t`E-mail`}>
        <input
          type="email"
          autoComplete="email"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      <Field label={t`Password`} hint={isNew ? t`At least 10 characters` : undefined}>
        <input
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          required
          minLength={isNew ? 10 : 1}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      {enter.error && <Wrong error={enter.error} />}
      <Button type="submit" size="l" wide busy={enter.isPending}>
        {isNew ? <Trans>Open an account</Trans> : <Trans>Sign in</Trans>}
      </Button>
      <Button look="plain" onClick={() => setIsNew(!isNew)}>
        {isNew ? <Trans>I have an account</Trans> : <Trans>I am new here</Trans>}
      </Button>
    </form>
  )
}

export function Wrong({ error }: { error: unknown }) {
  return (
    <p role="alert" className={css['wrong']}>
      {wordsOf(error)}
    </p>
  )
}

/** A mainland number without its country code gets one. */
function phoneOf(text: string): string | null {
  const digits = text.replaceAll(/[\s()-]/g, '')
  if (/^1\d{10}$/.test(digits)) return `+86${digits}`
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : null
}

function useSecondsUntil(atMs: number): number {
  const [nowMs, setNowMs] = useState(serverNowMs)
  useEffect(() => {
    if (atMs <= serverNowMs()) return undefined
    setNowMs(serverNowMs())
    const timer = setInterval(() => setNowMs(serverNowMs()), 500)
    return () => clearInterval(timer)
  }, [atMs])
  return Math.max(0, Math.ceil((atMs - nowMs) / 1_000))
}
