/** The map of the studio: path -> page. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, RouterProvider } from '@tanstack/react-router'
import { flatSearch } from '../kit/desk.tsx'
import { LivePage } from './live/live-page.tsx'
import { Failed, NotHere, Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere, errorComponent: Failed })
const getParentRoute = () => root

const routes = [
  createRoute({ getParentRoute, path: '/', component: LivePage }),
  createRoute({
    getParentRoute,
    path: '/mirror',
    component: lazyRouteComponent(() => import('./beauty/index.ts'), 'MirrorPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/recordings',
    component: lazyRouteComponent(() => import('./recordings/recordings-page.tsx'), 'RecordingsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/recordings/$id',
    component: lazyRouteComponent(() => import('./recordings/recording-page.tsx'), 'RecordingPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/sales',
    component: lazyRouteComponent(() => import('./money/sales-page.tsx'), 'SalesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/earnings',
    component: lazyRouteComponent(() => import('./money/earnings-page.tsx'), 'EarningsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/shop',
    component: lazyRouteComponent(() => import('./shop/shop-page.tsx'), 'ShopPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/shop/orders',
    component: lazyRouteComponent(() => import('./shop/orders-page.tsx'), 'ShopOrdersPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/shop/orders/$id',
    component: lazyRouteComponent(() => import('./shop/order-page.tsx'), 'ShopOrderPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/shop/statement',
    component: lazyRouteComponent(() => import('./shop/statement-page.tsx'), 'StatementPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/help/$roomId',
    component: lazyRouteComponent(() => import('./live/help-page.tsx'), 'HelpPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/verification',
    component: lazyRouteComponent(() => import('./start/verification-page.tsx'), 'VerificationPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/violations',
    component: lazyRouteComponent(() => import('./start/violations-page.tsx'), 'ViolationsPage'),
  }),
]

const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: '/studio',
  defaultPreload: 'intent',
  scrollRestoration: true,
  ...flatSearch,
})

export function StudioRouter() {
  return <RouterProvider router={router as never} />
}
