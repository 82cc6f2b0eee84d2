/** The map of the console: path -> page. Each page but the first is loaded when somebody is about to go there. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, RouterProvider } from '@tanstack/react-router'
import { flatSearch } from '../kit/desk.tsx'
import { OverviewPage } from './overview-page.tsx'
import { Failed, NotHere, Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere, errorComponent: Failed })
const getParentRoute = () => root

const routes = [
  createRoute({ getParentRoute, path: '/', component: OverviewPage }),
  createRoute({
    getParentRoute,
    path: '/pick-list',
    component: lazyRouteComponent(() => import('./warehouse/pick-list-page.tsx'), 'PickListPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/parcels',
    component: lazyRouteComponent(() => import('./warehouse/parcels-page.tsx'), 'ParcelsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/parcels/$id',
    component: lazyRouteComponent(() => import('./warehouse/parcel-page.tsx'), 'ParcelPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/stock',
    component: lazyRouteComponent(() => import('./warehouse/stock-page.tsx'), 'StockPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/returns',
    component: lazyRouteComponent(() => import('./warehouse/returns-page.tsx'), 'ReturnsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/suppliers',
    component: lazyRouteComponent(() => import('./warehouse/suppliers-page.tsx'), 'SuppliersPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/orders',
    component: lazyRouteComponent(() => import('./orders/orders-page.tsx'), 'OrdersPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/orders/$id',
    component: lazyRouteComponent(() => import('./orders/order-page.tsx'), 'OrderPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/after-sales',
    component: lazyRouteComponent(() => import('./orders/after-sales-page.tsx'), 'AfterSalesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/coupons',
    component: lazyRouteComponent(() => import('./orders/coupons-page.tsx'), 'CouponsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/prices',
    component: lazyRouteComponent(() => import('./products/prices-page.tsx'), 'PricesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/products',
    component: lazyRouteComponent(() => import('./products/products-page.tsx'), 'ProductsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/products/new',
    component: lazyRouteComponent(() => import('./products/new-product-page.tsx'), 'NewProductPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/rooms',
    component: lazyRouteComponent(() => import('./rooms/rooms-page.tsx'), 'RoomsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/creators',
    component: lazyRouteComponent(() => import('./people/creators-page.tsx'), 'CreatorsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/shops',
    component: lazyRouteComponent(() => import('./people/shops-page.tsx'), 'ShopsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/violations',
    component: lazyRouteComponent(() => import('./people/violations-page.tsx'), 'ViolationsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/appeals',
    component: lazyRouteComponent(() => import('./people/appeals-page.tsx'), 'AppealsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/rulebook',
    component: lazyRouteComponent(() => import('./people/rulebook-page.tsx'), 'RulebookPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/people',
    component: lazyRouteComponent(() => import('./people/people-page.tsx'), 'PeoplePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/coins',
    component: lazyRouteComponent(() => import('./books/coins-page.tsx'), 'CoinsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/balances',
    component: lazyRouteComponent(() => import('./books/balances-page.tsx'), 'BalancesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/journals',
    component: lazyRouteComponent(() => import('./books/journals-page.tsx'), 'JournalsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/journals/$id',
    component: lazyRouteComponent(() => import('./books/journal-page.tsx'), 'JournalPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/accounts',
    component: lazyRouteComponent(() => import('./books/accounts-page.tsx'), 'AccountsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/account',
    component: lazyRouteComponent(() => import('./books/account-page.tsx'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/deposits',
    component: lazyRouteComponent(() => import('./books/deposits-page.tsx'), 'DepositsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/payouts',
    component: lazyRouteComponent(() => import('./books/payouts-page.tsx'), 'PayoutsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/payments',
    component: lazyRouteComponent(() => import('./books/payments-page.tsx'), 'PaymentsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/withdrawals',
    component: lazyRouteComponent(() => import('./books/withdrawals-page.tsx'), 'WithdrawalsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/reconciliation',
    component: lazyRouteComponent(() => import('./books/reconciliation-page.tsx'), 'ReconciliationPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/audit',
    component: lazyRouteComponent(() => import('./books/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/reports',
    component: lazyRouteComponent(() => import('./people/reports-page.tsx'), 'ReportsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/blacklist',
    component: lazyRouteComponent(() => import('./people/blacklist-page.tsx'), 'BlacklistPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/gates',
    component: lazyRouteComponent(() => import('./people/gates-page.tsx'), 'GatesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/recordings',
    component: lazyRouteComponent(() => import('./rooms/recordings-page.tsx'), 'RecordingsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/clock',
    component: lazyRouteComponent(() => import('./floor/clock-page.tsx'), 'ClockPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/trail',
    component: lazyRouteComponent(() => import('./floor/trail-page.tsx'), 'TrailPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/failed',
    component: lazyRouteComponent(() => import('./floor/failed-page.tsx'), 'FailedPage'),
  }),
]

const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: '/console',
  defaultPreload: 'intent',
  scrollRestoration: true,
  ...flatSearch,
})

export function ConsoleRouter() {
  return <RouterProvider router={router as never} />
}
