import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { newId, theSocket } from '../../client/index.ts'
import { mySessionQuery, roomDeskQuery } from '../queries.ts'
import type { Comment, RoomMessage, RoomWhisper } from '../types.ts'
import { withComments } from './comments.ts'

const boughtMax = 3
type Bought = Extract<RoomWhisper, { kind: 'bought' }> & { id: string }

/** Joins the room as viewers do: comments as they come, counters, and word that something has changed. */
export function useRoomTopic(of: { topic: string; topicNumber: number | undefined; comments: readonly Comment[] }) {
  const queries = useQueryClient()
  const [comments, setComments] = useState<readonly Comment[]>(of.comments)
  const [counters, setCounters] = useState<{ viewers?: number; likes?: number }>({})
  const [bought, setBought] = useState<readonly Bought[]>([])
  const [hushed, setHushed] = useState<ReadonlySet<string>>(new Set())
  const after = useRef(of.topicNumber)
  const { topic } = of
  useEffect(() => {
    setCounters({})
    const heard: Comment[] = []
    let frame = 0
    // A busy room says more than a screen can draw: once a frame is enough.
    const flush = () => {
      frame = 0
      const some = heard.splice(0)
      setComments((list) => withComments(list, some))
    }
    const renew = () => {
      for (const queryKey of [mySessionQuery.queryKey, ['seat'], ['seats']])
        void queries.invalidateQueries({ queryKey })
    }
    const leave = theSocket().join(
      topic,
      {
        onMessage(message) {
          const told = message as RoomMessage
          if (told.kind === 'hushed') setHushed((known) => new Set([...known, told.personId]))
          else if (told.kind !== 'price') renew()
        },
        onWhisper(message) {
          const whisper = message as RoomWhisper
          if (whisper.kind === 'comment') {
            heard.push(whisper.comment)
            frame ||= requestAnimationFrame(flush)
          } else if (whisper.kind === 'bought')
            setBought((list) => [{ ...whisper, id: newId() }, ...list].slice(0, boughtMax))
        },
        onCounters: (changed) => setCounters((old) => ({ ...old, ...changed })),
        async onReset() {
          renew()
          return undefined
        },
      },
      after.current,
    )
    return () => {
      leave()
      cancelAnimationFrame(frame)
    }
  }, [topic, queries])
  // Whispers may be lost; what is asked for again has the last ones.
  useEffect(() => setComments((list) => withComments(list, of.comments)), [of.comments])
  return { comments, counters, bought, hushed }
}

/** What another helper did at the desk is seen here at once. */
export function useDeskTopic(roomId: string): void {
  const queries = useQueryClient()
  useEffect(() => {
    const renew = () => void queries.invalidateQueries({ queryKey: roomDeskQuery(roomId).queryKey })
    return theSocket().join(`desk:${roomId}`, {
      onMessage: renew,
      async onReset() {
        renew()
        return undefined
      },
    })
  }, [roomId, queries])
}
