import { Trans, useLingui } from '@lingui/react/macro'
import { useQueryClient } from '@tanstack/react-query'
import { Pin, SendHorizontal } from 'lucide-react'
import { type FormEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { codeOf, newId, type Session, type Store, serverNowMs, theSocket, useStorePart } from '../../client/index.ts'
import { toast, wordsOf } from '../../kit/index.ts'
import { useAskWho } from '../people/ask-who.ts'
import css from './room.module.css'
import { type RoomState, type ShownComment, withComment } from './room.ts'

const atEndPx = 24

/** The talk of the room. About seven lines are seen; who scrolls up is left in peace and told how many came since. */
export function Comments({ store }: { store: Store<RoomState> }) {
  const { t } = useLingui()
  const comments = useStorePart(store, (state) => state.comments)
  const list = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const [readUpTo, setReadUpTo] = useState<string | undefined>(undefined)
  const newest = comments.at(-1)?.id
  useLayoutEffect(() => {
    if (newest !== undefined && isAtEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight
  }, [newest])
  const readAt = comments.findIndex((comment) => comment.id === readUpTo)
  const unread = readUpTo === undefined ? 0 : comments.length - 1 - readAt
  const toEnd = () => {
    isAtEnd.current = true
    setReadUpTo(undefined)
    list.current?.scrollTo({ top: list.current.scrollHeight, behavior: 'smooth' })
  }
  // In a busy room the next comment comes before the page has heard of the scrolling: the hand that moves up is heard first.
  const lookUp = () => {
    isAtEnd.current = false
    setReadUpTo((before) => before ?? newest)
  }
  return (
    <div className={css['talk']}>
      <PinnedComment store={store} />
      <div
        ref={list}
        className={css['comments']}
        role="log"
        aria-live="off"
        aria-label={t`Comments`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        onWheel={({ deltaY }) => deltaY < 0 && lookUp()}
        onTouchMove={lookUp}
        onKeyDown={({ key }) => (key === 'ArrowUp' || key === 'PageUp' || key === 'Home') && lookUp()}
        onScroll={({ currentTarget: box }) => {
          isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < atEndPx
          setReadUpTo((before) => (isAtEnd.current ? undefined : (before ?? newest)))
        }}
      >
        {comments.map((comment) => (
          <Line key={comment.id} comment={comment} />
        ))}
      </div>
      {unread > 0 && (
        <button type="button" className={css['unread']} onClick={toEnd}>
          <Trans>{unread} new</Trans>
        </button>
      )}
    </div>
  )
}

/** What the host wants everybody to read; it stands until he takes it down. */
function PinnedComment({ store }: { store: Store<RoomState> }) {
  const pinned = useStorePart(store, ({ room }) => room.pinnedComment)
  if (pinned === null) return null
  return (
    <p className={css['pinnedComment']}>
      <Pin size={13} aria-hidden="true" />
      <span>
        <b>{pinned.name}</b> {pinned.text}
      </span>
    </p>
  )
}

function Line({ comment }: { comment: ShownComment }) {
  return (
    <p className={css['comment']} data-host={comment.isHost} data-mine={comment.mine} data-state={comment.state}>
      {comment.replyTo && (
        <span className={css['quote']}>
          {comment.replyTo.name}: {comment.replyTo.text}
        </span>
      )}
      {comment.isHost && (
        <span className={css['hostMark']}>
          <Trans>Host</Trans>
        </span>
      )}
      {comment.isHelper && (
        <span className={css['helperMark']}>
          <Trans>Team</Trans>
        </span>
      )}
      <b>{comment.name}</b>
      {comment.text}
      {comment.state === 'failed' && (
        <em>
          <Trans>not sent</Trans>
        </em>
      )}
    </p>
  )
}

/** Says something: it stands in the list at once, and the server's answer settles it. */
export function Say({ store }: { store: Store<RoomState> }) {
  const { t } = useLingui()
  const askWho = useAskWho()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const slowSeconds = useStorePart(store, ({ room }) => room.slowSeconds)
  useEffect(() => setText(''), [])
  const say = async (event: FormEvent) => {
    event.preventDefault()
    const said = text.trim()
    if (said === '') return
    const me = queries.getQueryData<Session>(['session'])?.me ?? (await askWho('comment'))
    if (me === null) return
    setText('')
    const { room } = store.get()
    const comment: ShownComment = {
      id: newId(),
      personId: me.personId,
      name: me.name,
      text: said,
      at: new Date(serverNowMs()).toISOString(),
      productId: null,
      isHost: me.creatorId === room.host.creatorId,
      isHelper: false,
      isQuestion: false,
      isAnswered: false,
      replyTo: null,
      state: 'sending',
      mine: true,
    }
    const show = (shown: ShownComment) =>
      store.set({ ...store.get(), comments: withComment(store.get().comments, shown) })
    show(comment)
    const body = { id: comment.id, roomId: room.id, text: said }
    const ask = () => theSocket().ask<{ comment: ShownComment }>('comment.say', body)
    try {
      const answer = await ask().catch(async (error: unknown) => {
        // Right after a reconnect the room may not be joined yet.
        if (codeOf(error) !== 'not_in_room') throw error
        await new Promise((resolve) => setTimeout(resolve, 400))
        return ask()
      })
      show({ ...answer.comment, mine: true })
    } catch (error) {
      show({ ...comment, state: 'failed' })
      setText((now) => now || said)
      toast(wordsOf(error), 'bad')
    }
  }
  return (
    <form className={css['say']} onSubmit={(event) => void say(event)}>
      <input
        ref={field}
        aria-label={t`Say something`}
        placeholder={slowSeconds > 0 ? t`One comment in ${slowSeconds} s` : t`Say something…`}
        maxLength={200}
        enterKeyHint="send"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {text.trim() !== '' && (
        <button type="submit" aria-label={t`Send`}>
          <SendHorizontal size={19} aria-hidden="true" />
        </button>
      )}
    </form>
  )
}
