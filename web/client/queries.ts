import { QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, must } from './api.ts'
import { noteServerTime } from './clock.ts'
import { Problem } from './problem.ts'
import { renewSocket } from './socket.ts'
import type { Me, Session } from './types.ts'

/** Server state lives here. A refusal is an answer and is not asked for again; a fault or a lost line is, twice. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && isPassing(error),
        retryDelay: (failures) => 400 * 2 ** failures,
      },
      mutations: { retry: false },
    },
  })
}

function isPassing(error: unknown): boolean {
  return !(error instanceof Problem) || error.status === 0 || error.status >= 500
}

export const sessionQuery = {
  queryKey: ['session'],
  staleTime: 60_000,
  async queryFn(): Promise<Session> {
    const sentMs = Date.now()
    const session = await must(api.GET('/api/v1/me'))
    noteServerTime(Date.parse(session.platform.now), sentMs)
    return session
  },
}

/** Who is signed in and how the platform is set up. `me` is undefined until that is known, null when signed out. */
export function useSession(): { me: Me | null | undefined; platform: Session['platform'] | undefined; error: unknown } {
  const { data, error } = useQuery(sessionQuery)
  return { me: data === undefined ? undefined : data.me, platform: data?.platform, error }
}

/** Call after any signing in or out: everything that was loaded for somebody else is loaded again. */
export function useSignedInAs(): (me: Me | null) => Promise<void> {
  const queries = useQueryClient()
  return async (me) => {
    queries.setQueryData<Session>(['session'], (session) => session && { ...session, me })
    renewSocket()
    await queries.invalidateQueries()
  }
}
