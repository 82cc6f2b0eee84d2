/** What the shop's pages ask for. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, must } from '../../client/index.ts'

const cursorOf = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor })
const first = undefined as string | undefined
const nextOf = (page: { next: string | null }) => page.next ?? undefined

export const myShopQuery = queryOptions({
  queryKey: ['shop'],
  staleTime: 1_000,
  refetchInterval: 30_000,
  queryFn: () => must(api.GET('/api/v1/studio/shop')),
})

export const shopLinesQuery = infiniteQueryOptions({
  queryKey: ['shop', 'lines'],
  staleTime: 1_000,
  initialPageParam: first,
  queryFn: ({ pageParam }) =>
    must(
      api.GET('/api/v1/studio/shop/lines', {
        params: { query: { limit: 30, state: 'pending', ...cursorOf(pageParam) } },
      }),
    ),
  getNextPageParam: nextOf,
})

export const shopPayoutsQuery = infiniteQueryOptions({
  queryKey: ['shop', 'payouts'],
  initialPageParam: first,
  queryFn: ({ pageParam }) =>
    must(api.GET('/api/v1/studio/shop/payouts', { params: { query: { limit: 20, ...cursorOf(pageParam) } } })),
  getNextPageParam: nextOf,
})

export const shopOrdersQuery = infiniteQueryOptions({
  queryKey: ['shop', 'orders'],
  staleTime: 1_000,
  refetchInterval: 30_000,
  initialPageParam: first,
  queryFn: ({ pageParam }) =>
    must(api.GET('/api/v1/studio/shop/orders', { params: { query: { limit: 30, ...cursorOf(pageParam) } } })),
  getNextPageParam: nextOf,
})

export const shopOrderQuery = (id: string) =>
  queryOptions({
    queryKey: ['shop', 'order', id],
    staleTime: 1_000,
    refetchInterval: 30_000,
    queryFn: () => must(api.GET('/api/v1/studio/shop/orders/{id}', { params: { path: { id } } })),
  })

export const shopStatementQuery = (month: string | undefined) =>
  queryOptions({
    queryKey: ['shop', 'statement', month ?? ''],
    staleTime: 1_000,
    queryFn: () =>
      must(api.GET('/api/v1/studio/shop/statement', { params: { query: month === undefined ? {} : { month } } })),
  })

export const shopStatementLinesQuery = (of: { month: string; kind?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['shop', 'statement-lines', of],
    initialPageParam: first,
    queryFn: ({ pageParam }) =>
      must(
        api.GET('/api/v1/studio/shop/statement/lines', {
          params: {
            query: {
              limit: 50,
              month: of.month,
              ...(of.kind === undefined ? {} : { kind: of.kind }),
              ...cursorOf(pageParam),
            },
          },
        }),
      ),
    getNextPageParam: nextOf,
  })
