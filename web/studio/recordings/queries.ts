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

/** What was explained from when to when, as instants; what is moved is moved there. */
export const marksQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ['recordings', 'marks', sessionId],
    queryFn: () => must(api.GET('/api/v1/studio/sessions/{id}/marks', { params: { path: { id: sessionId } } })),
  })
