/**
 * What the two apps with Mantine (studio, console) share around their pages. Not exported from the kit's door, so that
 * the buyer's app does not load it.
 *
 *     await startDesk({ catalogs, queries, children: <Router /> })
 *     <Go to="/parcels/$id" params={{ id }}>…</Go>     links within the app; also as `component={Go}`
 *     usePath(), useParam('id'), useFilters()          the address, read and written
 *
 * All apps are one TypeScript program, and a program can know the paths of one router only (the buyer's). So these names
 * take any path; what is wrong shows as the "nothing here" page.
 */
import '@mantine/core/styles.css'
import './tokens.css'
import './desk.css'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, MantineProvider, Menu, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useRouterState, useSearch } from '@tanstack/react-router'
import type { FunctionComponent, ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { api, must } from '../client/api.ts'
import { createQueryClient, sessionQuery, useSession, useSignedInAs } from '../client/queries.ts'
import { type Catalogs, I18n, type Locale, localeNames, locales, setLocale, startI18n, useLocale } from './i18n.tsx'
import { mantineSchemes, mantineTheme, mantineVariables } from './mantine.ts'
import { Avatar } from './picture.tsx'
import { wordsOf } from './problems.ts'
import { ErrorState, Skeleton } from './states.tsx'
import { Toasts, toast } from './toast.tsx'

export async function startDesk(of: { catalogs: Catalogs; children: ReactNode }): Promise<QueryClient> {
  const queries = createQueryClient()
  // Asked for while the texts load: every page needs it for its first paint.
  void queries.prefetchQuery(sessionQuery)
  await startI18n(of.catalogs)
  const root = document.getElementById('root')
  if (root === null) throw new Error('the page has no #root')
  createRoot(root).render(
    <I18n>
      <MantineProvider
        theme={mantineTheme}
        cssVariablesResolver={mantineVariables}
        colorSchemeManager={mantineSchemes}
        defaultColorScheme="auto"
      >
        <QueryClientProvider client={queries}>
          {of.children}
          <Toasts />
        </QueryClientProvider>
      </MantineProvider>
    </I18n>,
  )
  return queries
}

type Search = Record<string, string | undefined>
export interface GoProps {
  to: string
  params?: Record<string, string>
  search?: Search
  /** The part of the page that is meant. */
  hash?: string
  replace?: boolean
  children?: ReactNode
  className?: string | undefined
  'aria-label'?: string | undefined
  activeOptions?: { exact?: boolean; includeSearch?: boolean }
  onClick?: () => void
}
export const Go = Link as unknown as FunctionComponent<GoProps>

/** Flat texts, so that a link stays readable and `?q=123` stays a text. For `createRouter`. */
export const flatSearch = {
  parseSearch: (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search: Record<string, unknown>): string => {
    const texts = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
    return texts.length === 0 ? '' : `?${new URLSearchParams(texts as [string, string][])}`
  },
}

export function usePath(): string {
  return useRouterState({ select: (state) => state.location.pathname })
}

export function useParam(name: string): string {
  return (useParams({ strict: false }) as Record<string, string | undefined>)[name] ?? ''
}

export function useGo(): (to: { to: string; params?: Record<string, string>; search?: Search }) => void {
  const navigate = useNavigate() as unknown as (to: object) => Promise<void>
  return (to) => void navigate(to)
}

/** The filters of a list live in the address, so that a link shows the same. */
export function useFilters(): [Search, (changed: Search) => void] {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate() as unknown as (to: object) => Promise<void>
  const path = usePath()
  return [search, (changed) => void navigate({ to: path, search: { ...search, ...changed }, replace: true })]
}

/** Lets through who may be here; asks everybody else who they are. `otherwise` is shown to who is somebody else. */
export function SignedIn({ next, children }: { next: string; children: ReactNode }) {
  const { me, error } = useSession()
  const signInUrl = `/sign-in?${new URLSearchParams({ next })}`
  if (error != null && me === undefined) return <ErrorState error={error} onRetry={() => location.reload()} />
  if (me === undefined) {
    return (
      <Stack p="xl" aria-busy="true">
        <Skeleton height={36} width="40%" />
        <Skeleton height={220} />
      </Stack>
    )
  }
  if (me !== null) return children
  return (
    <main className="desk-alone">
      <img src="/icon.svg" alt="" width={56} height={56} />
      <h1>
        <Trans>Please sign in</Trans>
      </h1>
      <Text c="dimmed" ta="center">
        <Trans>This part is for people who work here.</Trans>
      </Text>
      <Button component="a" href={signInUrl} size="md">
        <Trans>Sign in</Trans>
      </Button>
    </main>
  )
}

/** Who I am, language, appearance, the other apps, leaving. */
export function AccountMenu({ links }: { links: readonly { href: string; label: string }[] }) {
  const { t } = useLingui()
  const { me } = useSession()
  const locale = useLocale()
  const signedInAs = useSignedInAs()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  if (me == null) return null
  const leave = async () => {
    try {
      await must(api.POST('/api/v1/sign-outs'))
      await signedInAs(null)
    } catch (error) {
      toast(wordsOf(error), 'bad')
    }
  }
  return (
    <Menu position="bottom-end" width={260} trapFocus>
      <Menu.Target>
        <button type="button" className="desk-account" aria-label={t`Account: ${me.name}`}>
          <Avatar name={me.name} picture={me.avatar} size={32} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.name}</Menu.Label>
        <Stack gap={6} px="sm" py={6}>
          <SegmentedControl<Locale>
            fullWidth
            size="xs"
            aria-label={t`Language`}
            value={locale}
            data={locales.map((value) => ({ value, label: localeNames[value] }))}
            onChange={(value) => void setLocale(value)}
          />
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={t`Appearance`}
            value={colorScheme}
            data={[
              { value: 'auto', label: t`Automatic` },
              { value: 'light', label: t`Light` },
              { value: 'dark', label: t`Dark` },
            ]}
            onChange={(value) => setColorScheme(value as 'auto' | 'light' | 'dark')}
          />
        </Stack>
        <Menu.Divider />
        {links.map((link) => (
          <Menu.Item key={link.href} component="a" href={link.href}>
            {link.label}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => void leave()}>
          <Trans>Sign out</Trans>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
