/**
 * Client: how the apps of the web speak with the server.
 *
 *     createQueryClient()               once per app, for <QueryClientProvider>
 *     useSession()                      { me, platform }; `me` undefined = not known yet, null = signed out
 *     must(api.GET('/api/v1/feed'))     the reply, or a thrown Problem { code, params, errors }
 *     key(), intent()                   Idempotency-Key headers for endpoints that need one
 *     theSocket().join(topic, listener, after) / .ask(kind, body)
 *     serverNowMs()                     the server's time, for countdowns
 *     newId()                           ids of what we ask for; keep it over retries
 *
 * Always true: every "no" is a `Problem`; `kit` has words for its code. No schema library is loaded: of the contract only
 * types are imported here. Types of replies have names in `types.ts`.
 * Not here: anything to see (`kit`), and anything one app alone needs.
 */
export { api, intent, key, must } from './api.ts'
export type { paths } from './api.generated.ts'
export { codeOf, type FieldError, Problem } from './problem.ts'
export { createQueryClient, sessionQuery, useSession, useSignedInAs } from './queries.ts'
export {
  createSocket,
  renewSocket,
  type SocketClient,
  type SocketState,
  theSocket,
  type TopicListener,
} from './socket.ts'
export { forgetServerTime, noteServerTime, serverNowMs } from './clock.ts'
export { createStore, type Store, useStore, useStorePart } from './store.ts'
export { newId } from './ids.ts'
export type * from './types.ts'
