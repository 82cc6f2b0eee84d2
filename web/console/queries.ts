/** Questions that several pages of the console ask. */
import { queryOptions } from '@tanstack/react-query'
import { api, must, noteServerTime } from '../client/index.ts'

export const clockQuery = queryOptions({
  queryKey: ['clock'],
  refetchInterval: 30_000,
  queryFn: async () => {
    const sentMs = Date.now()
    const clock = await must(api.GET('/api/v1/sandbox/clock'))
    noteServerTime(Date.parse(clock.now), sentMs)
    return clock
  },
})

export const warehousesQuery = queryOptions({
  queryKey: ['warehouses'],
  staleTime: 10 * 60_000,
  queryFn: () => must(api.GET('/api/v1/warehouses')),
})

export const categoriesQuery = queryOptions({
  queryKey: ['categories'],
  staleTime: 10 * 60_000,
  queryFn: () => must(api.GET('/api/v1/categories')),
})

export const parcelQuery = (id: string) =>
  queryOptions({
    queryKey: ['parcel', id],
    staleTime: 1_000,
    refetchInterval: 10_000,
    queryFn: () => must(api.GET('/api/v1/parcels/{id}', { params: { path: { id } } })),
  })

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['order', id],
    staleTime: 1_000,
    refetchInterval: 10_000,
    queryFn: () => must(api.GET('/api/v1/orders/{id}', { params: { path: { id } } })),
  })

export const screenQuery = queryOptions({
  queryKey: ['screen'],
  refetchInterval: 10_000,
  queryFn: () => must(api.GET('/api/v1/screen')),
})

export const roomsQuery = queryOptions({
  queryKey: ['rooms'],
  refetchInterval: 10_000,
  queryFn: () => must(api.GET('/api/v1/rooms')),
})

export const failedQuery = queryOptions({
  queryKey: ['failed'],
  refetchInterval: 20_000,
  queryFn: () => must(api.GET('/api/v1/failed-work')),
})

/** Without what is not set: an empty text is no filter. */
export function given<Values extends Record<string, unknown>>(
  values: Values,
): { [Name in keyof Values]?: Exclude<Values[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as never
}

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  staleTime: 30_000,
  queryFn: () => must(api.GET('/api/v1/rules')),
})
