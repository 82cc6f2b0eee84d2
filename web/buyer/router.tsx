/** The map of the app: path -> page. What the first page does not need is loaded when it is about to be. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, RouterProvider } from '@tanstack/react-router'
import { FeedPage } from './feed/feed-page.tsx'
import { Failed, NotHere, Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere, errorComponent: Failed })

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

const feed = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: FeedPage,
  validateSearch: (search): { q?: string | undefined; category?: string | undefined } => ({
    q: text(search['q']),
    category: text(search['category']),
  }),
})
const live = createRoute({
  getParentRoute: () => root,
  path: '/live',
  component: lazyRouteComponent(() => import('./live/rooms-page.tsx'), 'RoomsPage'),
})
const room = createRoute({
  getParentRoute: () => root,
  path: '/rooms/$id',
  component: lazyRouteComponent(() => import('./live/room-page.tsx'), 'RoomPage'),
})
const replay = createRoute({
  getParentRoute: () => root,
  path: '/replays/$id',
  component: lazyRouteComponent(() => import('./live/replay-page.tsx'), 'ReplayPage'),
  /** `t`: the second at which it begins; `at`: the instant, while it was on air. */
  validateSearch: (search): { t?: number | undefined; at?: string | undefined } => {
    const second = Number(search['t'])
    // Said even when there is none: what is not said stays as it was typed.
    return {
      t: search['t'] !== undefined && second >= 0 && second < 86_400 ? second : undefined,
      at: text(search['at']),
    }
  },
})
const product = createRoute({
  getParentRoute: () => root,
  path: '/products/$id',
  component: lazyRouteComponent(() => import('./goods/product-page.tsx'), 'ProductPage'),
})
const orders = createRoute({
  getParentRoute: () => root,
  path: '/orders',
  component: lazyRouteComponent(() => import('./orders/orders-page.tsx'), 'OrdersPage'),
  validateSearch: (search): { state?: string | undefined } => ({ state: text(search['state']) }),
})
const order = createRoute({
  getParentRoute: () => root,
  path: '/orders/$id',
  component: lazyRouteComponent(() => import('./orders/order-page.tsx'), 'OrderPage'),
})
const me = createRoute({
  getParentRoute: () => root,
  path: '/me',
  component: lazyRouteComponent(() => import('./me/me-page.tsx'), 'MePage'),
})
const notes = createRoute({
  getParentRoute: () => root,
  path: '/notes',
  component: lazyRouteComponent(() => import('./me/notes-page.tsx'), 'NotesPage'),
})
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./people/sign-in-page.tsx'), 'SignInPage'),
  validateSearch: (search): { next?: string | undefined } => ({ next: text(search['next']) }),
})
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./people/setup-page.tsx'), 'SetupPage'),
  validateSearch: (search): { token?: string | undefined } => ({ token: text(search['token']) }),
})
const top = createRoute({
  getParentRoute: () => root,
  path: '/top',
  component: lazyRouteComponent(() => import('./live/leaderboard-page.tsx'), 'LeaderboardPage'),
})

const router = createRouter({
  routeTree: root.addChildren([feed, live, room, replay, product, orders, order, me, notes, signIn, setup, top]),
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

export function BuyerRouter() {
  return <RouterProvider router={router} />
}
