/** What the buyer's pages ask for; one place, so that a page and whoever prefetches it agree. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { listAnnouncements } from '#contract/announcements'
import type { listMyListings } from '#contract/blacklist'
import type { ReplyOf } from '#contract/endpoint'
import type { listMyCoupons } from '#contract/trade'
import { api, must } from '../client/index.ts'

const pageSize = 24

export const feedQuery = infiniteQueryOptions({
  queryKey: ['feed'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    must(
      api.GET('/api/v1/feed', {
        params: { query: { limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  getNextPageParam: (page) => page.next ?? undefined,
})

export const productsQuery = (wanted: { q?: string | undefined; category?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['products', wanted.q, wanted.category],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      must(
        api.GET('/api/v1/products', {
          params: {
            query: {
              limit: pageSize,
              ...(pageParam ? { cursor: pageParam } : {}),
              ...(wanted.q ? { q: wanted.q } : {}),
              ...(wanted.category ? { category: wanted.category } : {}),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const categoriesQuery = queryOptions({
  queryKey: ['categories'],
  staleTime: 10 * 60_000,
  queryFn: () => must(api.GET('/api/v1/categories')),
})

export const roomsQuery = queryOptions({
  queryKey: ['rooms'],
  refetchInterval: 15_000,
  queryFn: () => must(api.GET('/api/v1/rooms')),
})

export type Announcement = ReplyOf<typeof listAnnouncements>['announcements'][number]
export const announcementsQuery = queryOptions({
  queryKey: ['announcements'],
  refetchInterval: 60_000,
  queryFn: () => must(api.GET('/api/v1/announcements')),
})

/** What I was told, the latest first. */
export const notesQuery = infiniteQueryOptions({
  queryKey: ['notes'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam }) =>
    must(
      api.GET('/api/v1/me/notes', { params: { query: { limit: 30, ...(pageParam ? { cursor: pageParam } : {}) } } }),
    ),
  getNextPageParam: (page) => page.next ?? undefined,
})
export const unreadNotesQuery = queryOptions({
  queryKey: ['unread-notes'],
  staleTime: 10_000,
  queryFn: () => must(api.GET('/api/v1/me/notes', { params: { query: { limit: 1 } } })),
})

export type MyListing = ReplyOf<typeof listMyListings>['listings'][number]
export const listingsQuery = queryOptions({
  queryKey: ['my-listings'],
  queryFn: () => must(api.GET('/api/v1/me/listings')),
})

export const roomQuery = (id: string) =>
  queryOptions({
    queryKey: ['room', id],
    // Always loaded anew on entering: what follows is told on the topic from this state's number on.
    staleTime: 3_000,
    gcTime: 30_000,
    queryFn: ({ signal }) => must(api.GET('/api/v1/rooms/{id}', { params: { path: { id } }, signal })),
  })

export const replayQuery = (id: string) =>
  queryOptions({
    queryKey: ['replay', id],
    staleTime: 60_000,
    queryFn: ({ signal }) => must(api.GET('/api/v1/replays/{id}', { params: { path: { id } }, signal })),
  })

export const productClipsQuery = (id: string) =>
  queryOptions({
    queryKey: ['product-clips', id],
    staleTime: 60_000,
    queryFn: ({ signal }) => must(api.GET('/api/v1/products/{id}/clips', { params: { path: { id } }, signal })),
  })

export const productQuery = (id: string) =>
  queryOptions({
    queryKey: ['product', id],
    refetchInterval: 15_000,
    queryFn: () => must(api.GET('/api/v1/products/{id}', { params: { path: { id } } })),
  })

export const walletQuery = queryOptions({
  queryKey: ['wallet'],
  queryFn: () => must(api.GET('/api/v1/wallet', { params: { query: { limit: 30 } } })),
})

export const paymentMeansQuery = queryOptions({
  queryKey: ['payment-means'],
  staleTime: 10 * 60_000,
  queryFn: () => must(api.GET('/api/v1/payment-means')),
})

/** The payments of a wish; told of over the socket, and asked for now and then in case that was missed. */
export const paymentsOfQuery = (groupId: string) =>
  queryOptions({
    queryKey: ['payments', groupId],
    staleTime: 2_000,
    refetchInterval: 15_000,
    queryFn: () => must(api.GET('/api/v1/me/payments', { params: { query: { groupId, limit: 20 } } })),
  })

export const withdrawalsQuery = queryOptions({
  queryKey: ['withdrawals'],
  queryFn: () => must(api.GET('/api/v1/wallet/withdrawals', { params: { query: { limit: 20 } } })),
})

export const couponsQuery = (roomId: string | undefined) =>
  queryOptions({
    queryKey: ['coupons', roomId],
    queryFn: () => must(api.GET('/api/v1/me/coupons', { params: { query: roomId ? { roomId } : {} } })),
  })
/** What is offered to me alone. It is decided by asking, and once; so asking again is only reading. */
export const personalOffersQuery = queryOptions({
  queryKey: ['personal-offers'],
  staleTime: 10 * 60_000,
  queryFn: () => must(api.POST('/api/v1/me/personal-offers')),
})
type Coupons = ReplyOf<typeof listMyCoupons>
export type MyCoupon = Coupons['mine'][number]
export type CouponOffer = Coupons['offers'][number]

export const addressesQuery = queryOptions({
  queryKey: ['addresses'],
  queryFn: () => must(api.GET('/api/v1/me/addresses')),
})

export const orderStates = ['all', 'to_pay', 'to_ship', 'to_receive', 'done'] as const
export type OrderFilter = (typeof orderStates)[number]

export const ordersQuery = (state: OrderFilter) =>
  infiniteQueryOptions({
    queryKey: ['orders', state],
    initialPageParam: undefined as string | undefined,
    staleTime: 3_000,
    queryFn: ({ pageParam }) =>
      must(
        api.GET('/api/v1/me/orders', {
          params: { query: { state, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['order', id],
    staleTime: 3_000,
    refetchInterval: 10_000,
    queryFn: () => must(api.GET('/api/v1/me/orders/{id}', { params: { path: { id } } })),
  })

export const leaderboardQuery = (span: 'day' | 'week') =>
  queryOptions({
    queryKey: ['leaderboard', span],
    refetchInterval: 10_000,
    queryFn: () => must(api.GET('/api/v1/leaderboards/creators', { params: { query: { span } } })),
  })

export const giftsQuery = queryOptions({
  queryKey: ['gifts'],
  staleTime: 10 * 60_000,
  queryFn: () => must(api.GET('/api/v1/gifts')),
})

export const coinsQuery = queryOptions({
  queryKey: ['coins'],
  staleTime: 5_000,
  queryFn: () => must(api.GET('/api/v1/coins')),
})

export const giftRankingQuery = (roomId: string) =>
  queryOptions({
    queryKey: ['gift-ranking', roomId],
    staleTime: 2_000,
    queryFn: () => must(api.GET('/api/v1/rooms/{id}/gift-ranking', { params: { path: { id: roomId } } })),
  })
