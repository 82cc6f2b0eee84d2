/** What the studio asks for; one place, so that pages and the messages that make them stale agree. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, must } from '../client/index.ts'

export const gateQuery = queryOptions({
  queryKey: ['gate'],
  staleTime: 1_000,
  refetchInterval: 30_000,
  queryFn: () => must(api.GET('/api/v1/studio/gate')),
})

/** Asked every two seconds: the signal has no topic of its own, and the meters must not be older than three. */
export const mySessionQuery = queryOptions({
  queryKey: ['my-session'],
  staleTime: 500,
  refetchInterval: (query) => (query.state.data?.session ? 2_000 : 15_000),
  refetchIntervalInBackground: true,
  queryFn: () => must(api.GET('/api/v1/studio/session')),
})

/** The seat beside me, those that are offered to me, and the one in which I sit; what changes is told on my topic. */
export const seatsQuery = queryOptions({
  queryKey: ['seats'],
  staleTime: 1_000,
  refetchInterval: 15_000,
  queryFn: () => must(api.GET('/api/v1/studio/cohosts')),
})

/** The broadcast in which I sit beside another host, as he sees it. */
export const seatQuery = (id: string) =>
  queryOptions({
    queryKey: ['seat', id],
    staleTime: 500,
    refetchInterval: 2_000,
    refetchIntervalInBackground: true,
    queryFn: () => must(api.GET('/api/v1/studio/cohosts/{id}', { params: { path: { id } } })),
  })

/** The desk of a room; what changes there is told on its topic. */
export const roomDeskQuery = (roomId: string) =>
  queryOptions({
    queryKey: ['room-desk', roomId],
    staleTime: 1_000,
    queryFn: () => must(api.GET('/api/v1/rooms/{id}/desk', { params: { path: { id: roomId } } })),
  })

/** Every second: the numbers are promised to be three behind at most, and two pass before they are here. */
export const numbersQuery = (sessionId: string, isOn: boolean) =>
  queryOptions({
    queryKey: ['numbers', sessionId],
    staleTime: 500,
    refetchInterval: isOn ? 1_000 : 15_000,
    queryFn: () => must(api.GET('/api/v1/studio/sessions/{id}/numbers', { params: { path: { id: sessionId } } })),
  })

/** What I may sell in flash sales, and those of my room; each step is seen within two seconds. */
export const flashGrantsQuery = queryOptions({
  queryKey: ['flash-grants'],
  staleTime: 1_000,
  refetchInterval: 15_000,
  queryFn: () => must(api.GET('/api/v1/studio/flash-grants')),
})
export const roomFlashQuery = (roomId: string) =>
  queryOptions({
    queryKey: ['flash', roomId],
    staleTime: 500,
    refetchInterval: 2_000,
    queryFn: () => must(api.GET('/api/v1/rooms/{id}/flash-sales', { params: { path: { id: roomId } } })),
  })
export const roomCouponsQuery = queryOptions({
  queryKey: ['room-coupons'],
  staleTime: 500,
  refetchInterval: 5_000,
  queryFn: () => must(api.GET('/api/v1/studio/coupons')),
})

export const announcementsQuery = queryOptions({
  queryKey: ['announcements'],
  staleTime: 1_000,
  refetchInterval: 30_000,
  queryFn: () => must(api.GET('/api/v1/studio/announcements')),
})

const pageParamOf = (page: { next: string | null }) => page.next ?? undefined
const cursorOf = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor })

export const allianceQuery = (wanted: { q?: string; category?: string }) =>
  infiniteQueryOptions({
    queryKey: ['alliance', wanted],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      must(
        api.GET('/api/v1/alliance/products', {
          params: { query: { limit: 30, ...wanted, ...cursorOf(pageParam) } },
          signal,
        }),
      ),
    getNextPageParam: pageParamOf,
  })

export const categoriesQuery = queryOptions({
  queryKey: ['categories'],
  staleTime: 10 * 60_000,
  queryFn: () => must(api.GET('/api/v1/categories')),
})

export const salesQuery = infiniteQueryOptions({
  queryKey: ['sales'],
  staleTime: 1_000,
  refetchInterval: 30_000,
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam }) =>
    must(api.GET('/api/v1/studio/sales', { params: { query: { limit: 30, ...cursorOf(pageParam) } } })),
  getNextPageParam: pageParamOf,
})

export const earningsQuery = infiniteQueryOptions({
  queryKey: ['earnings'],
  staleTime: 1_000,
  refetchInterval: 30_000,
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam }) =>
    must(api.GET('/api/v1/studio/earnings', { params: { query: { limit: 30, ...cursorOf(pageParam) } } })),
  getNextPageParam: (page: { lines: { next: string | null } }) => page.lines.next ?? undefined,
})

export const payoutsQuery = infiniteQueryOptions({
  queryKey: ['payouts'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam }) =>
    must(api.GET('/api/v1/studio/payouts', { params: { query: { limit: 20, ...cursorOf(pageParam) } } })),
  getNextPageParam: pageParamOf,
})

export const violationsQuery = queryOptions({
  queryKey: ['violations'],
  staleTime: 1_000,
  queryFn: () => must(api.GET('/api/v1/studio/violations')),
})

export const verificationQuery = queryOptions({
  queryKey: ['verification'],
  staleTime: 5_000,
  refetchInterval: (query) => (query.state.data?.verification.state === 'pending' ? 3_000 : false),
  queryFn: () => must(api.GET('/api/v1/me/verification')),
})

export const standingQuery = queryOptions({
  queryKey: ['standing'],
  staleTime: 1_000,
  queryFn: () => must(api.GET('/api/v1/studio/standing')),
})

export const roomGiftsQuery = queryOptions({
  queryKey: ['room-gifts'],
  staleTime: 1_000,
  refetchInterval: 3_000,
  queryFn: () => must(api.GET('/api/v1/studio/gifts')),
})

export const roomTopQuery = (roomId: string) =>
  queryOptions({
    queryKey: ['room-top', roomId],
    refetchInterval: 10_000,
    queryFn: () => must(api.GET('/api/v1/rooms/{id}/gift-ranking', { params: { path: { id: roomId } } })),
  })
