import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { type ErrorComponentProps, Link, Outlet, useRouterState } from '@tanstack/react-router'
import { House, Package, Radio, UserRound } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { type Text2, theSocket, useSession } from '../client/index.ts'
import { EmptyState, ErrorState, pick, Toasts, toast } from '../kit/index.ts'
import { SignInSheet } from './people/sign-in-sheet.tsx'
import css from './shell.module.css'

const pagesWithTabs = ['/', '/live', '/orders', '/me', '/notes', '/top']

/** What surrounds every page: the tabs where there is a choice of place, the sheet that asks who you are, notes in passing. */
export function Shell() {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const hasTabs = pagesWithTabs.includes(path)
  useMyNews()
  return (
    <>
      <div className={hasTabs ? css['besideTabs'] : undefined}>
        <Outlet />
      </div>
      {hasTabs && <Tabs />}
      <SignInSheet />
      <Toasts />
    </>
  )
}

/** What happens to my orders and my money while I look elsewhere. */
function useMyNews(): void {
  const { me } = useSession()
  const queries = useQueryClient()
  const personId = me?.personId
  useEffect(() => {
    if (personId === undefined) return undefined
    const loadAgain = (keys: readonly string[]) => {
      for (const key of keys) void queries.invalidateQueries({ queryKey: [key] })
    }
    return theSocket().join(`person:${personId}`, {
      onMessage(message) {
        const { kind } = message as { kind: string }
        if (kind === 'order' || kind === 'payment' || kind === 'refund')
          loadAgain(['orders', 'order', 'wallet', 'payments'])
        if (kind === 'withdrawal') loadAgain(['withdrawals', 'wallet'])
        if (kind === 'wallet') loadAgain(['wallet'])
        if (kind === 'note') {
          loadAgain(['notes', 'unread-notes'])
          toast(pick((message as { note: { title: Text2 } }).note.title))
        }
      },
      async onReset() {
        loadAgain(['orders', 'order', 'wallet', 'payments', 'withdrawals', 'notes', 'unread-notes'])
        return undefined
      },
    })
  }, [personId, queries])
}

function Tabs() {
  const { t } = useLingui()
  return (
    <nav className={css['tabs']} aria-label={t`Places`}>
      <Tab to="/" icon={<House aria-hidden="true" />} label={t`Discover`} />
      <Tab to="/live" icon={<Radio aria-hidden="true" />} label={t`Live`} />
      <Tab to="/orders" icon={<Package aria-hidden="true" />} label={t`Orders`} />
      <Tab to="/me" icon={<UserRound aria-hidden="true" />} label={t`Me`} />
    </nav>
  )
}

function Tab({ to, icon, label }: { to: '/' | '/live' | '/orders' | '/me'; icon: ReactNode; label: string }) {
  return (
    <Link to={to} className={css['tab']} activeOptions={{ exact: true, includeSearch: false }}>
      {icon}
      <span>{label}</span>
    </Link>
  )
}

/** The title of the browser's tab: the page, then the platform. */
export function useTitle(title: string | undefined): void {
  const { platform } = useSession()
  const name = platform?.name ?? 'Hawker'
  useEffect(() => {
    document.title = title ? `${title} · ${name}` : name
  }, [title, name])
}

export function NotHere() {
  return (
    <main className={css['page']}>
      <h1 className="visually-hidden">
        <Trans>Not found</Trans>
      </h1>
      <EmptyState title={<Trans>There is nothing at this address.</Trans>}>
        <Link to="/" className={css['link']}>
          <Trans>Go to the start</Trans>
        </Link>
      </EmptyState>
    </main>
  )
}

export function Failed({ error, reset }: ErrorComponentProps) {
  return (
    <main className={css['page']}>
      <h1 className="visually-hidden">
        <Trans>Something went wrong</Trans>
      </h1>
      <ErrorState error={error} onRetry={reset} />
    </main>
  )
}
