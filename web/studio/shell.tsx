import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ErrorComponentProps, Outlet } from '@tanstack/react-router'
import { CircleAlert, Coins, FileText, Film, Package, Radio, Receipt, ScanFace, Store } from 'lucide-react'
import { type ReactNode, Suspense, useEffect } from 'react'
import { useSession } from '../client/index.ts'
import { AccountMenu, Go, SignedIn, useGo, usePath } from '../kit/desk.tsx'
import { EmptyState, ErrorState, Skeleton } from '../kit/index.ts'
import { mySessionQuery } from './queries.ts'
import css from './shell.module.css'
import { BecomeCreator } from './start/become-creator.tsx'
import { useMyTopic } from './use-my-topic.ts'

export function Shell() {
  return (
    <SignedIn next="/studio">
      <Frame />
    </SignedIn>
  )
}

function Frame() {
  const { t } = useLingui()
  const { me, platform } = useSession()
  const isCreator = me?.roles.includes('creator') ?? false
  const isMerchant = me?.roles.includes('merchant') ?? false
  const path = usePlace()
  // Who helps a host need not be one; who keeps a shop has places of its own, and shows here who he is.
  const isHelping = path.startsWith('/help/')
  const isKeeping = isMerchant && /^\/(shop|verification)/.test(path)
  useMyTopic(isCreator ? me?.personId : undefined)
  return (
    <div className={css['frame']}>
      <header className={css['header']}>
        <Group gap="sm" wrap="nowrap">
          <img src="/icon.svg" alt="" width={28} height={28} />
          <Text fw={650} visibleFrom="sm">
            {platform?.name ?? 'Hawker'} <Trans>Studio</Trans>
          </Text>
          {isCreator && <OnAirBadge />}
        </Group>
        {(isCreator || isMerchant) && (
          <nav aria-label={t`Places`} className={css['places']}>
            {isCreator && (
              <>
                <Place to="/" icon={<Radio size={18} aria-hidden="true" />} name={t`Live`} />
                <Place to="/mirror" icon={<ScanFace size={18} aria-hidden="true" />} name={t`Mirror`} />
                <Place to="/recordings" icon={<Film size={18} aria-hidden="true" />} name={t`Recordings`} />
                <Place to="/sales" icon={<Receipt size={18} aria-hidden="true" />} name={t`Sales`} />
                <Place to="/earnings" icon={<Coins size={18} aria-hidden="true" />} name={t`Earnings`} />
                <Place to="/violations" icon={<CircleAlert size={18} aria-hidden="true" />} name={t`Violations`} />
              </>
            )}
            {isMerchant && (
              <>
                <Place to="/shop" icon={<Store size={18} aria-hidden="true" />} name={t`My shop`} />
                <Place to="/shop/orders" icon={<Package size={18} aria-hidden="true" />} name={t`Orders`} />
                <Place to="/shop/statement" icon={<FileText size={18} aria-hidden="true" />} name={t`Statement`} />
              </>
            )}
          </nav>
        )}
        <AccountMenu links={[{ href: '/', label: t`Shop` }]} />
      </header>
      <main className={css['main']} id="main">
        {isCreator || isHelping || isKeeping ? (
          <Suspense fallback={<Skeleton height={320} />}>
            <Outlet />
          </Suspense>
        ) : isMerchant ? (
          <ToShop />
        ) : (
          <BecomeCreator />
        )}
      </main>
    </div>
  )
}

/** The path within the studio. */
function usePlace(): string {
  return usePath().replace(/^\/studio(?=\/|$)/, '') || '/'
}

/** Who keeps a shop and is no creator begins there. */
function ToShop() {
  const go = useGo()
  useEffect(() => go({ to: '/shop' }))
  return <Skeleton height={320} />
}

function OnAirBadge() {
  const { data } = useQuery(mySessionQuery)
  const state = data?.session?.state
  if (state !== 'live' && state !== 'paused') return null
  return (
    <Badge color="red" variant="filled" tt="none" size="lg">
      {state === 'live' ? <Trans>on air</Trans> : <Trans>paused</Trans>}
    </Badge>
  )
}

function Place({ to, icon, name }: { to: string; icon: ReactNode; name: string }) {
  const isHere = usePlace() === to
  return (
    <Go to={to} className={css['place']} activeOptions={{ exact: true }}>
      {icon}
      <span>{name}</span>
      {isHere && <span className="visually-hidden"> ✓</span>}
    </Go>
  )
}

export function NotHere() {
  return (
    <EmptyState title={<Trans>There is nothing at this address.</Trans>}>
      <Button component={Go} to="/">
        <Trans>Go to the stage</Trans>
      </Button>
    </EmptyState>
  )
}

export function Failed({ error, reset }: ErrorComponentProps) {
  return <ErrorState error={error} onRetry={reset} />
}
