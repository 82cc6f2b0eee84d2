import { Trans, useLingui } from '@lingui/react/macro'
import { AppShell, Badge, Burger, Button, Group, NavLink, ScrollArea, Stack, Text, Title, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type ErrorComponentProps, Outlet } from '@tanstack/react-router'
import { Clock, Search } from 'lucide-react'
import { Suspense, useEffect, useRef } from 'react'
import { useSession } from '../client/index.ts'
import { AccountMenu, Go, SignedIn, usePath } from '../kit/desk.tsx'
import { dateTime, EmptyState, ErrorState, useLocale } from '../kit/index.ts'
import { HelpSheet, Palette, useShortcuts } from './keys.tsx'
import { SkeletonRows } from './listing.tsx'
import { groupNames, isOperator, mayDo, type Place, places, placesOf } from './places.ts'
import { clockQuery } from './queries.ts'
import { useAhead } from './words.ts'

export function Shell() {
  return (
    <SignedIn next={`/console${usePath().replace(/^\/$/, '')}`}>
      <Admitted />
    </SignedIn>
  )
}

function Admitted() {
  const { t } = useLingui()
  const { me } = useSession()
  const links = [
    { href: '/', label: t`Shop` },
    { href: '/screen', label: t`Big screen` },
  ]
  if (me == null) return null
  if (isOperator(me.roles)) return <Frame links={links} />
  return (
    <main className="desk-alone">
      <Title order={1} size="h2">
        <Trans>The console is for the operator's people</Trans>
      </Title>
      <Text c="dimmed">
        <Trans>You are signed in as {me.name}. Sign in as somebody else, or go to the shop.</Trans>
      </Text>
      <Group justify="center">
        <Button component="a" href="/sign-in?next=/console">
          <Trans>Sign in as somebody else</Trans>
        </Button>
        <Button component="a" href="/" variant="default">
          <Trans>Go to the shop</Trans>
        </Button>
      </Group>
    </main>
  )
}

function Frame({ links }: { links: readonly { href: string; label: string }[] }) {
  const { t } = useLingui()
  useLocale()
  const { me, platform } = useSession()
  const [menuOpen, menu] = useDisclosure(false)
  const closeMenu = menu.close
  const [paletteOpen, palette] = useDisclosure(false)
  const [helpOpen, help] = useDisclosure(false)
  const path = usePath()
  const main = useRef<HTMLElement>(null)
  useShortcuts({ openPalette: palette.open, openHelp: help.open })

  // A new page: the menu makes room, and readers of screens start at its beginning.
  const first = useRef(true)
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    void path
    closeMenu()
    main.current?.focus({ preventScroll: true })
  }, [path, closeMenu])

  const mine = me?.roles ?? []
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 224, breakpoint: 'md', collapsed: { mobile: !menuOpen } }}
      padding="md"
      transitionDuration={0}
    >
      <a href="#main" className="visually-hidden">
        <Trans>Skip to the page</Trans>
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={menuOpen}
              onClick={menu.toggle}
              hiddenFrom="md"
              size="sm"
              aria-label={menuOpen ? t`Close the menu` : t`Open the menu`}
            />
            <img src="/icon.svg" alt="" width={28} height={28} />
            <Text fw={650} visibleFrom="xs">
              {platform?.name ?? 'Hawker'}
            </Text>
            {platform && platform.mode !== 'live' && (
              <Badge variant="light" color="gray" size="sm" visibleFrom="xs">
                {platform.mode === 'demo' ? t`demo` : t`sandbox`}
              </Badge>
            )}
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Button
              variant="default"
              size="sm"
              leftSection={<Search size={16} aria-hidden="true" />}
              rightSection={<kbd className="key">Ctrl K</kbd>}
              onClick={palette.open}
              visibleFrom="sm"
            >
              <Trans>Find anything</Trans>
            </Button>
            <Button
              variant="default"
              size="sm"
              px={10}
              hiddenFrom="sm"
              onClick={palette.open}
              aria-label={t`Find anything`}
            >
              <Search size={16} aria-hidden="true" />
            </Button>
            {mayDo(mine, places.find((place) => place.path === '/clock')?.roles ?? []) && <ClockBadge />}
            <AccountMenu links={links} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label={t`Places`}>
        <AppShell.Section grow component={ScrollArea} type="never" p="xs">
          <Menu current={path} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1}>
        <Suspense fallback={<SkeletonRows />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <Palette opened={paletteOpen} onClose={palette.close} />
      <HelpSheet opened={helpOpen} onClose={help.close} />
    </AppShell>
  )
}

function Menu({ current }: { current: string }) {
  const { t } = useLingui()
  const { me } = useSession()
  const groups = Map.groupBy(placesOf(me?.roles ?? []), (place) => place.group)
  const isCurrent = (place: Place) =>
    place.path === '/' ? /^(\/console)?\/?$/.test(current) : current.replace(/^\/console/, '').startsWith(place.path)
  return (
    <Stack gap={10}>
      {[...groups].map(([group, members]) => (
        <div key={group}>
          {group !== 'today' && (
            <Text size="xs" fw={600} c="dimmed" px={12} pb={2}>
              {t(groupNames[group])}
            </Text>
          )}
          {members.map((place) => (
            <NavLink
              key={place.path}
              component={Go}
              to={place.path}
              active={isCurrent(place)}
              aria-current={isCurrent(place) ? 'page' : undefined}
              label={t(place.name)}
              leftSection={<place.icon size={17} aria-hidden="true" />}
              style={{ borderRadius: 8, minHeight: 36 }}
              py={6}
            />
          ))}
        </div>
      ))}
    </Stack>
  )
}

/** The platform's time, seen from every page where somebody may move it. */
function ClockBadge() {
  const { t } = useLingui()
  const { data } = useQuery(clockQuery)
  const ahead = useAhead()
  if (data === undefined || !data.movable) return null
  const label = t`Sandbox time ${dateTime(data.now)}, ${ahead(data.aheadSeconds)}`
  return (
    <Tooltip label={ahead(data.aheadSeconds)}>
      <Button
        component={Go}
        to="/clock"
        variant={data.aheadSeconds > 60 ? 'light' : 'default'}
        color={data.aheadSeconds > 60 ? 'orange' : undefined}
        size="sm"
        px={10}
        leftSection={<Clock size={16} aria-hidden="true" />}
        aria-label={label}
        visibleFrom="xs"
      >
        <span className="tabular">{dateTime(data.now)}</span>
      </Button>
    </Tooltip>
  )
}

export function NotHere() {
  return (
    <EmptyState title={<Trans>There is nothing at this address.</Trans>}>
      <Button component={Go} to="/">
        <Trans>Go to the overview</Trans>
      </Button>
    </EmptyState>
  )
}

export function Failed({ error, reset }: ErrorComponentProps) {
  return <ErrorState error={error} onRetry={reset} />
}
