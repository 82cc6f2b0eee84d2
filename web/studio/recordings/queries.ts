import { queryOptions } from '@tanstack/react-query'
import { api, must } from '../../client/index.ts'

export const recordingsQuery = queryOptions({
  queryKey: ['recordings'],
  staleTime: 5_000,
  queryFn: () => must(api.GET('/api/v1/studio/recordings')),
})

export const recordingQuery = (id: string) =>
  queryOptions({
    queryKey: ['recordings', id],
    staleTime: 5_000,
    queryFn: () => must(api.GET('/api/v1/studio/recordings/{id}', { params: { path: { id } } })),
  })
