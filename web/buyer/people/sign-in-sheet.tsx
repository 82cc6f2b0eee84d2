import { useLingui } from '@lingui/react/macro'
import { lazy, Suspense } from 'react'
import { useStore } from '../../client/index.ts'
import { Sheet, Skeleton } from '../../kit/index.ts'
import { question, type Reason } from './ask-who.ts'

const SignInForm = lazy(() => import('./sign-in-form.tsx').then((module) => ({ default: module.SignInForm })))

/** Lies over whatever was interrupted; a playing room plays on. */
export function SignInSheet() {
  const { t } = useLingui()
  const asked = useStore(question)
  const titles: Record<Reason, string> = {
    buy: t`Sign in to buy`,
    comment: t`Sign in to join the talk`,
    follow: t`Sign in to follow`,
    give: t`Sign in to give a gift`,
    see: t`Sign in`,
  }
  return (
    <Sheet open={asked !== null} onClose={() => asked?.answer(null)} title={asked ? titles[asked.reason] : ''}>
      <Suspense fallback={<Skeleton height={280} />}>
        <SignInForm onDone={(me) => asked?.answer(me)} />
      </Suspense>
    </Sheet>
  )
}
