import type { Said, SayRefusal } from '#live/chat'
import { sayAll } from '#live/chat'
import { openSeats } from '#live/cohosts'
import { claimAll, topicOf } from '#live/showcase'
import type { App } from '#platform/app'
import { transact } from '#platform/database'
import { type Outcome, refuse } from '#platform/outcome'
import { holdSessionsOnAir } from './store.ts'

/** Comments that one transaction takes; at 500 a second it takes what came in some tens of milliseconds. */
export const commentsPerCommitMax = 200
/** More than wait here are told to come back: a comment of ten seconds ago answers nothing. */
export const commentsWaitingMax = 2_000

export interface CommentAsk {
  id: string
  roomId: string
  personId: string
  text: string
  replyTo: string | null
}

type Answer = Outcome<Said, SayRefusal | 'room_not_live' | 'overloaded'>

export interface CommentDesk {
  say(ask: CommentAsk): Promise<Answer>
  /** Answers what waits, and takes nothing any more. */
  close(): Promise<void>
}

/**
 * Says comments in groups: what has come while the last commit was under way goes together, in the order in which it came.
 * A room's session is held while something is said in it, so that nothing is said after its end.
 */
export function openCommentDesk(app: Pick<App, 'database' | 'sockets' | 'log'>): CommentDesk {
  const waiting: { ask: CommentAsk; answer: (answer: Answer) => void; fail: (error: unknown) => void }[] = []
  let working: Promise<void> | null = null
  let isClosed = false

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const some = waiting.splice(0, commentsPerCommitMax)
      try {
        const answers = await sayTogether(
          app,
          some.map(({ ask }) => ask),
        )
        for (const [index, each] of some.entries()) each.answer(answers[index] ?? refuse('not_found'))
      } catch (error) {
        for (const each of some) each.fail(error)
      }
    }
    working = null
  }

  return {
    say(ask) {
      if (isClosed || waiting.length >= commentsWaitingMax) return Promise.resolve(refuse('overloaded'))
      return new Promise<Answer>((answer, fail) => {
        waiting.push({ ask, answer, fail })
        working ??= new Promise<void>((resolve) => setImmediate(resolve)).then(work)
      })
    },
    async close() {
      isClosed = true
      await working
    },
  }
}

async function sayTogether(
  app: Pick<App, 'database' | 'sockets'>,
  asks: readonly CommentAsk[],
): Promise<readonly Answer[]> {
  return transact(app, async (tx) => {
    const sessions = await holdSessionsOnAir(tx, [...new Set(asks.map((ask) => ask.roomId))])
    const seats = await openSeats(
      tx.db,
      [...sessions.values()].map((session) => session.id),
    )
    const on = asks.flatMap((ask) => {
      const session = sessions.get(ask.roomId)
      if (session === undefined) return []
      const seat = seats.get(session.id)
      const cohostId = seat?.state === 'joined' ? seat.guestId : null
      return [{ ...ask, sessionId: session.id, hostId: session.creatorId, cohostId }]
    })
    const said = on.length === 0 ? [] : await sayAll(tx, on)
    await claimAll(
      tx,
      on.flatMap((comment, index) => {
        const outcome = said[index]
        const session = sessions.get(comment.roomId)
        if (session === undefined || !outcome?.ok || !outcome.value.isNew || outcome.value.isHidden) return []
        return [{ ...comment, creatorId: session.creatorId, roomTitle: session.title }]
      }),
    )
    // Lossy, and only for others once it is stored; its author has it in the answer.
    tx.afterCommit(() => {
      for (const [index, outcome] of said.entries()) {
        if (!outcome.ok || !outcome.value.isNew || outcome.value.isHidden) continue
        app.sockets.publish(topicOf(on[index]?.roomId ?? ''), { kind: 'comment', comment: outcome.value.view })
      }
    })
    let next = 0
    return asks.map((ask): Answer => {
      if (!sessions.has(ask.roomId)) return refuse('room_not_live')
      return said[next++] ?? refuse('not_found')
    })
  })
}
