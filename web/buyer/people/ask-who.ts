/**
 * Asks who you are only when it matters. An action that needs a name waits for the answer and then goes on by itself:
 *
 *     if ((await askWho('buy')) === null) return   // the sheet was closed
 */
import { useQueryClient } from '@tanstack/react-query'
import { createStore, type Me, type Session } from '../../client/index.ts'

export type Reason = 'buy' | 'comment' | 'follow' | 'give' | 'see'

export interface Question {
  reason: Reason
  answer(me: Me | null): void
}

export const question = createStore<Question | null>(null)

export function useAskWho(): (reason: Reason) => Promise<Me | null> {
  const queries = useQueryClient()
  return (reason) => {
    const me = queries.getQueryData<Session>(['session'])?.me
    if (me) return Promise.resolve(me)
    return new Promise((resolve) => {
      question.get()?.answer(null)
      question.set({
        reason,
        answer(answered) {
          question.set(null)
          resolve(answered)
        },
      })
    })
  }
}
