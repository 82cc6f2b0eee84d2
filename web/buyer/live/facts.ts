/** What stood on the screen and was tapped: gathered for a second and sent in one go. A lost bundle is no loss. */
import { api } from '../../client/index.ts'

type Fact = { kind: 'impression' | 'click'; productId: string }

const sendEveryMs = 1_000
const factsMax = 100
let sessionOf = ''
let waiting: Fact[] = []
let timer: ReturnType<typeof setTimeout> | undefined

export function noteFact(sessionId: string | null, fact: Fact): void {
  if (sessionId === null) return
  if (sessionId !== sessionOf) send()
  sessionOf = sessionId
  if (waiting.length < factsMax) waiting.push(fact)
  timer ??= setTimeout(send, sendEveryMs)
}

function send(): void {
  clearTimeout(timer)
  timer = undefined
  const facts = waiting
  waiting = []
  if (facts.length === 0) return
  void api.POST('/api/v1/facts', { body: { sessionId: sessionOf, facts }, keepalive: true }).catch(() => undefined)
}

/** Who leaves the page has seen what he has seen. */
addEventListener('pagehide', send)
