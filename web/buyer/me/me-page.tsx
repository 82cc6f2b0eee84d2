import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  Bell,
  ChevronRight,
  LogOut,
  MapPin,
  Package,
  ShieldCheck,
  Ticket,
  Trophy,
  UserRound,
  Video,
} from 'lucide-react'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { type Address, api, type Me, must, useSession, useSignedInAs } from '../../client/index.ts'
import {
  Avatar,
  Button,
  dateTime,
  EmptyState,
  LocaleSwitch,
  money,
  pick,
  Sheet,
  Skeleton,
  ThemeSwitch,
  useLocale,
} from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'
import { addressesQuery, unreadNotesQuery, walletQuery } from '../queries.ts'
import { useTitle } from '../shell.tsx'
import { AddressForm, AddressList } from './addresses.tsx'
import { CouponShelf } from './coupons.tsx'
import css from './me.module.css'
import { TopUp } from './top-up.tsx'

/** Few ever need it. */
const Withdraw = lazy(() => import('./withdraw.tsx'))

const MyData = lazy(() => import('./my-data.tsx'))

type Open =
  | 'my-data'
  | 'top-up'
  | 'withdraw'
  | 'entries'
  | 'coupons'
  | 'addresses'
  | { address: Address | 'new' }
  | null

export function MePage() {
  const { t } = useLingui()
  const { me } = useSession()
  useTitle(t`Me`)
  return (
    <main className={css['page']}>
      {me === undefined ? <Skeleton height={180} /> : me === null ? <Stranger /> : <Mine me={me} />}
      <section className={css['card']} aria-label={t`Settings`}>
        <div className={css['setting']}>
          <span>
            <Trans>Language</Trans>
          </span>
          <LocaleSwitch />
        </div>
        <div className={css['setting']}>
          <span>
            <Trans>Appearance</Trans>
          </span>
          <ThemeSwitch />
        </div>
      </section>
      {me && <SignOut />}
    </main>
  )
}

function Stranger() {
  const askWho = useAskWho()
  return (
    <>
      <h1 className="visually-hidden">
        <Trans>Me</Trans>
      </h1>
      <div className={css['card']}>
        <EmptyState
          icon={<UserRound />}
          title={<Trans>Look around freely. Sign in when you want to buy, follow or talk.</Trans>}
        >
          <Button onClick={() => void askWho('see')}>
            <Trans>Sign in</Trans>
          </Button>
        </EmptyState>
      </div>
    </>
  )
}

function Mine({ me }: { me: Me }) {
  useLocale()
  const [open, setOpen] = useState<Open>(null)
  const isBuyer = me.roles.includes('buyer')
  const wallet = useQuery({ ...walletQuery, enabled: isBuyer })
  const addresses = useQuery({ ...addressesQuery, enabled: isBuyer })
  const unread = useQuery(unreadNotesQuery).data?.unread ?? 0
  const { t } = useLingui()
  const editing = typeof open === 'object' ? open?.address : undefined
  return (
    <>
      <header className={css['who']}>
        <Avatar name={me.name} picture={me.avatar} size={64} />
        <div>
          <h1>{me.name}</h1>
          <p>{me.phone ?? me.email}</p>
        </div>
      </header>

      {isBuyer && (
        <section className={css['wallet']} aria-label={t`Wallet`}>
          <p>
            <Trans>Wallet balance</Trans>
          </p>
          <strong>{wallet.data ? money(wallet.data.balanceMinor, wallet.data.currency) : '–'}</strong>
          <div>
            <Button className={css['onWallet'] ?? ''} onClick={() => setOpen('top-up')}>
              <Trans>Top up</Trans>
            </Button>
            <button type="button" className={css['entriesLink']} onClick={() => setOpen('withdraw')}>
              <Trans>Withdraw</Trans>
            </button>
            <button type="button" className={css['entriesLink']} onClick={() => setOpen('entries')}>
              <Trans>Movements</Trans>
            </button>
          </div>
        </section>
      )}

      <nav className={css['card']} aria-label={t`My things`}>
        {isBuyer && (
          <>
            <Link to="/orders" className={css['line']}>
              <Row icon={<Package aria-hidden="true" />}>
                <Trans>My orders</Trans>
              </Row>
            </Link>
            <button type="button" className={css['line']} onClick={() => setOpen('coupons')}>
              <Row icon={<Ticket aria-hidden="true" />}>
                <Trans>Coupons</Trans>
              </Row>
            </button>
            <button type="button" className={css['line']} onClick={() => setOpen('addresses')}>
              <Row icon={<MapPin aria-hidden="true" />} more={addresses.data?.addresses.length}>
                <Trans>Addresses</Trans>
              </Row>
            </button>
          </>
        )}
        <Link to="/notes" className={css['line']}>
          <Bell aria-hidden="true" />
          <span>
            <Trans>Messages</Trans>
          </span>
          {unread > 0 && (
            <small className={css['unread']}>
              <span className="visually-hidden">
                <Trans>new:</Trans>{' '}
              </span>
              {unread}
            </small>
          )}
          <ChevronRight size={18} aria-hidden="true" />
        </Link>
        <Link to="/top" className={css['line']}>
          <Row icon={<Trophy aria-hidden="true" />}>
            <Trans>Top creators</Trans>
          </Row>
        </Link>
        <button type="button" className={css['line']} onClick={() => setOpen('my-data')}>
          <Row icon={<ShieldCheck aria-hidden="true" />}>
            <Trans>My data</Trans>
          </Row>
        </button>
        {me.roles.includes('creator') && (
          <a href="/studio" className={css['line']}>
            <Row icon={<Video aria-hidden="true" />}>
              <Trans>Open the studio</Trans>
            </Row>
          </a>
        )}
      </nav>

      <Sheet open={open === 'top-up'} onClose={() => setOpen(null)} title={<Trans>Top up your wallet</Trans>}>
        <TopUp currency={wallet.data?.currency ?? 'CNY'} onDone={() => setOpen(null)} />
      </Sheet>
      <Sheet
        open={open === 'withdraw'}
        onClose={() => setOpen(null)}
        height="full"
        title={<Trans>Withdraw to your bank</Trans>}
      >
        <Suspense fallback={<Skeleton height={280} />}>{open === 'withdraw' && <Withdraw />}</Suspense>
      </Sheet>
      <Sheet
        open={open === 'entries'}
        onClose={() => setOpen(null)}
        height="full"
        title={<Trans>Wallet movements</Trans>}
      >
        {wallet.data && wallet.data.entries.items.length > 0 ? (
          <ul className={css['entries']}>
            {wallet.data.entries.items.map((entry) => (
              <li key={entry.id}>
                <span>
                  {pick(entry.sentence)}
                  <small>{dateTime(entry.at)}</small>
                </span>
                <span data-in={entry.amountMinor > 0}>
                  {entry.amountMinor > 0 ? '+' : ''}
                  {money(entry.amountMinor, wallet.data.currency)}
                </span>
              </li>
            ))}
          </ul>
        ) : (
          <EmptyState title={<Trans>Nothing has moved yet.</Trans>} />
        )}
      </Sheet>
      <Sheet open={open === 'coupons'} onClose={() => setOpen(null)} height="full" title={<Trans>Coupons</Trans>}>
        {open === 'coupons' && <CouponShelf />}
      </Sheet>
      <Sheet open={open === 'my-data'} onClose={() => setOpen(null)} height="full" title={<Trans>My data</Trans>}>
        <Suspense fallback={<Skeleton height={280} />}>{open === 'my-data' && <MyData me={me} />}</Suspense>
      </Sheet>
      <Sheet open={open === 'addresses'} onClose={() => setOpen(null)} title={<Trans>Addresses</Trans>}>
        <AddressList onAdd={() => setOpen({ address: 'new' })} onEdit={(address) => setOpen({ address })} />
      </Sheet>
      <Sheet
        open={editing !== undefined}
        onClose={() => setOpen('addresses')}
        title={editing === 'new' ? <Trans>New address</Trans> : <Trans>Change the address</Trans>}
      >
        <AddressForm
          {...(editing && editing !== 'new' ? { address: editing } : {})}
          onSaved={() => setOpen('addresses')}
        />
      </Sheet>
    </>
  )
}

function Row({ icon, more, children }: { icon: ReactNode; more?: number | undefined; children: ReactNode }) {
  return (
    <>
      {icon}
      <span>{children}</span>
      {more !== undefined && (
        <small>
          <Plural value={more} one="# saved" other="# saved" />
        </small>
      )}
      <ChevronRight size={18} aria-hidden="true" />
    </>
  )
}

function SignOut() {
  const signedInAs = useSignedInAs()
  const signOut = useMutation({
    mutationFn: () => must(api.POST('/api/v1/sign-outs')),
    onSuccess: () => signedInAs(null),
  })
  return (
    <Button look="outlined" wide busy={signOut.isPending} onClick={() => signOut.mutate()}>
      <LogOut size={18} aria-hidden="true" />
      <Trans>Sign out</Trans>
    </Button>
  )
}
