import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useTitle } from '../shell.tsx'
import css from './people.module.css'
import { SignInForm } from './sign-in-form.tsx'

/** Where links from outside ask for a name; within the app the sheet does. */
export function SignInPage() {
  const { t } = useLingui()
  const router = useRouter()
  const { next } = useSearch({ from: '/sign-in' })
  useTitle(t`Sign in`)
  const goOn = () => {
    // Only paths of this origin: a link must not send a signed-in person elsewhere.
    const path = next && /^\/(?!\/)/.test(next) ? next : '/'
    if (/^\/(studio|console|screen)(\/|$)/.test(path)) location.assign(path)
    else router.history.push(path)
  }
  return (
    <main className={css['page']}>
      <div className={css['brand']}>
        <img src="/icon.svg" alt="" />
        <h1>{t`Sign in`}</h1>
      </div>
      <div className={css['card']}>
        <SignInForm onDone={goOn} />
      </div>
      <Link to="/" className={css['around']}>
        <Trans>Look around first</Trans>
      </Link>
    </main>
  )
}
