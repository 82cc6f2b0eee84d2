/**
 * HTTP: binds the contract's endpoints to handlers.
 *
 * Always true: a route without a policy fails the start; a body, query or parameter that the schema does not know never
 * reaches a handler; what is not in the reply's schema never leaves; every "no" is an RFC 9457 problem with a code.
 * Not here: who a person is (`people/identity` answers that through `authenticate`), pages and sockets.
 */
export { type Authenticate, buildHttp, type HttpServer, overloadedRetryMs } from './server.ts'
export { loopLateness } from './loop-lateness.ts'
export { type Route, type RouteRequest, route } from './route.ts'
export { openApiOf } from './openapi.ts'
export { cursorOf, positionIn } from './cursor.ts'
export { limiter, type Limiter } from './limiter.ts'
export { sameOrigin, sendProblem } from './server.ts'
export { errorsOf, type Problem, problemOf, unstorableError } from './problem.ts'
export { unstorablePathIn } from './storable.ts'
export { serveApiDocument, serveApps, serveHealth, servePictures, serveRaw, serveRawWrites } from './pages.ts'
export { listTrail, type TrailEntry } from './trail.ts'
