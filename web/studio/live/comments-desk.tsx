import { Trans, useLingui } from '@lingui/react/macro'
import { ActionIcon, Badge, Button, Group, Menu, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, Check, CornerDownRight, EllipsisVertical, Pin, PinOff, Send, UserPlus, VolumeX, X } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { api, must, newId, theSocket } from '../../client/index.ts'
import { toast, wordsOf } from '../../kit/index.ts'
import { mySessionQuery, roomDeskQuery } from '../queries.ts'
import type { BagItem, Comment, RoomDesk } from '../types.ts'
import { inDeskOrder, waitingQuestions } from './comments.ts'
import css from './live.module.css'
import { useDeskTopic } from './use-room-topic.ts'

const shownMax = 80

/** What is said, questions that wait before all else; reply, pin, mute and ban in one press or two. */
export function CommentsDesk(of: {
  roomId: string
  isOn: boolean
  comments: readonly Comment[]
  hushed: ReadonlySet<string>
  bag: readonly BagItem[]
}) {
  const { t } = useLingui()
  useDeskTopic(of.roomId)
  const { data } = useQuery(roomDeskQuery(of.roomId))
  const desk = data?.desk
  const [replyTo, setReplyTo] = useState<Comment | null>(null)
  const sayField = useRef<HTMLInputElement>(null)
  const act = useDeskActions(of.roomId)
  const questions = waitingQuestions(desk?.questions ?? [], of.comments, of.hushed)
  const others = inDeskOrder(of.comments, of.hushed).slice(0, shownMax)
  const numberOf = (productId: string | null) => of.bag.findIndex((item) => item.productId === productId) + 1
  const reply = (comment: Comment) => {
    setReplyTo(comment)
    sayField.current?.focus()
  }
  const row = (comment: Comment) => (
    <CommentRow
      key={comment.id}
      comment={comment}
      itemNumber={numberOf(comment.productId)}
      desk={desk}
      onReply={() => reply(comment)}
      act={act}
    />
  )
  const waiting = questions.length
  return (
    <>
      {desk?.pinnedComment && (
        <p className={css['pinnedComment']}>
          <Pin size={14} aria-hidden="true" />
          <span>
            <b>{desk.pinnedComment.name}</b> {desk.pinnedComment.text}
          </span>
          <ActionIcon variant="subtle" size={32} aria-label={t`Take the comment down`} onClick={() => act.pin(null)}>
            <X size={14} aria-hidden="true" />
          </ActionIcon>
        </p>
      )}
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h5">
          <Trans>Questions</Trans>
        </Title>
        <Badge color={waiting > 0 ? 'orange' : 'gray'} variant="light" tt="none">
          {waiting > 0 ? <Trans>{waiting} waiting</Trans> : <Trans>all answered</Trans>}
        </Badge>
      </Group>
      {waiting > 0 && (
        <ul className={css['questions']} aria-label={t`Questions`}>
          {questions.map(row)}
        </ul>
      )}
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h5">
          <Trans>Comments</Trans>
        </Title>
        <Text size="xs" c="dimmed" visibleFrom="md">
          <Trans>On a line: R reply, A answered, P pin, M mute, B ban</Trans>
        </Text>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard. */}
      <ul className={css['comments']} aria-label={t`Comments`} tabIndex={0}>
        {others.length === 0 && (
          <li>
            <Text size="sm" c="dimmed">
              {of.isOn ? (
                <Trans>Nobody has said anything yet.</Trans>
              ) : (
                <Trans>Comments appear when you are on air.</Trans>
              )}
            </Text>
          </li>
        )}
        {others.map(row)}
      </ul>
      <SayBox roomId={of.roomId} isOn={of.isOn} replyTo={replyTo} onReplyTo={setReplyTo} field={sayField} />
    </>
  )
}

type Act = ReturnType<typeof useDeskActions>

/** Each says at once what it wants; the desk's topic brings what became of it, here and on every other device. */
function useDeskActions(roomId: string) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const run = async (asked: Promise<unknown>, said?: string) => {
    try {
      await asked
      if (said) toast(said, 'good')
    } catch (error) {
      toast(wordsOf(error), 'bad')
    }
    void queries.invalidateQueries({ queryKey: roomDeskQuery(roomId).queryKey })
  }
  const path = { id: roomId }
  const silence = (personId: string, kind: 'none' | 'muted' | 'banned') =>
    must(api.PUT('/api/v1/rooms/{id}/silences/{personId}', { params: { path: { ...path, personId } }, body: { kind } }))
  return {
    answered: (commentId: string, answered: boolean) =>
      void run(
        must(
          api.PUT('/api/v1/rooms/{id}/questions/{commentId}', {
            params: { path: { ...path, commentId } },
            body: { answered },
          }),
        ),
      ),
    pin: (commentId: string | null) =>
      void run(must(api.PUT('/api/v1/rooms/{id}/pinned-comment', { params: { path }, body: { commentId } }))),
    mute: (comment: Comment) => void run(silence(comment.personId, 'muted'), t`${comment.name} is muted.`),
    ban: (comment: Comment) => void run(silence(comment.personId, 'banned'), t`${comment.name} was sent out.`),
    help: (comment: Comment) =>
      void run(
        must(
          api.PUT('/api/v1/rooms/{id}/helpers/{personId}', {
            params: { path: { ...path, personId: comment.personId } },
            body: { permissions: ['reply', 'pin', 'mute'] },
          }),
        ),
        t`${comment.name} may now reply, pin and mute. The Team tab changes that.`,
      ),
  }
}

function CommentRow(of: {
  comment: Comment
  itemNumber: number
  desk: RoomDesk | undefined
  onReply: () => void
  act: Act
}) {
  const { t } = useLingui()
  const { comment, desk, act } = of
  const may = new Set(desk?.permissions ?? [])
  const isPinned = desk?.pinnedComment?.id === comment.id
  const isHouse = comment.isHost || comment.isHelper
  const { name } = comment
  const keys: Record<string, (() => void) | undefined> = {
    r: may.has('reply') ? of.onReply : undefined,
    a: may.has('reply') && comment.isQuestion ? () => act.answered(comment.id, !comment.isAnswered) : undefined,
    p: may.has('pin') ? () => act.pin(isPinned ? null : comment.id) : undefined,
    m: may.has('mute') && !isHouse ? () => act.mute(comment) : undefined,
    b: may.has('ban') && !isHouse ? () => act.ban(comment) : undefined,
  }
  const onKeyDown = (event: KeyboardEvent<HTMLLIElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key] as
      | 'nextElementSibling'
      | undefined
    const run = keys[event.key.toLowerCase()]
    if (step === undefined && run === undefined) return
    event.preventDefault()
    run?.()
    if (step !== undefined) (event.currentTarget[step] as HTMLElement | null)?.focus()
  }
  return (
    <li
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a line has keys of its own; its buttons do the same.
      tabIndex={0}
      data-question={(comment.isQuestion && !comment.isAnswered) || undefined}
      data-host={isHouse || undefined}
      onKeyDown={onKeyDown}
    >
      <span className={css['said']}>
        {comment.replyTo && (
          <span className={css['quote']}>
            <CornerDownRight size={12} aria-hidden="true" /> {comment.replyTo.name}: {comment.replyTo.text}
          </span>
        )}
        <b>{name}</b>{' '}
        {of.itemNumber > 0 && (
          <span className={css['about']} title={t`Said while this was explained`}>
            {t`No. ${of.itemNumber}`}
          </span>
        )}{' '}
        {comment.text}
      </span>
      <span className={css['acts']}>
        {keys['a'] && (
          <ActionIcon
            variant={comment.isAnswered ? 'subtle' : 'light'}
            color="green"
            size={32}
            aria-label={comment.isAnswered ? t`Not answered yet: ${name}` : t`Answered: ${name}`}
            title={t`Answered (A)`}
            onClick={keys['a']}
          >
            <Check size={16} aria-hidden="true" />
          </ActionIcon>
        )}
        {keys['r'] && (
          <ActionIcon
            variant="subtle"
            size={32}
            aria-label={t`Reply to ${name}`}
            title={t`Reply (R)`}
            onClick={keys['r']}
          >
            <CornerDownRight size={16} aria-hidden="true" />
          </ActionIcon>
        )}
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={32} aria-label={t`More about ${name}`}>
              <EllipsisVertical size={16} aria-hidden="true" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {keys['p'] && (
              <Menu.Item
                leftSection={isPinned ? <PinOff size={15} aria-hidden="true" /> : <Pin size={15} aria-hidden="true" />}
                onClick={keys['p']}
              >
                {isPinned ? <Trans>Take down</Trans> : <Trans>Pin for everybody</Trans>}
              </Menu.Item>
            )}
            {keys['m'] && (
              <Menu.Item leftSection={<VolumeX size={15} aria-hidden="true" />} onClick={keys['m']}>
                <Trans>Mute: only he sees what he says</Trans>
              </Menu.Item>
            )}
            {keys['b'] && (
              <Menu.Item color="red" leftSection={<Ban size={15} aria-hidden="true" />} onClick={keys['b']}>
                <Trans>Send out of the room</Trans>
              </Menu.Item>
            )}
            {desk?.isHost && !isHouse && (
              <Menu.Item leftSection={<UserPlus size={15} aria-hidden="true" />} onClick={() => act.help(comment)}>
                <Trans>Make a helper</Trans>
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </span>
    </li>
  )
}

function SayBox(of: {
  roomId: string
  isOn: boolean
  replyTo: Comment | null
  onReplyTo: (comment: Comment | null) => void
  field: React.RefObject<HTMLInputElement | null>
}) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  // Kept until it is said, so that a repeated press says it once.
  const [id, setId] = useState(() => newId())
  const { roomId, replyTo } = of
  const say = useMutation({
    mutationFn: () =>
      theSocket().ask('comment.say', { id, roomId, text: text.trim(), ...(replyTo ? { replyTo: replyTo.id } : {}) }),
    onSuccess: () => {
      setText('')
      setId(newId())
      of.onReplyTo(null)
      void queries.invalidateQueries({ queryKey: mySessionQuery.queryKey })
      void queries.invalidateQueries({ queryKey: roomDeskQuery(roomId).queryKey })
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '' && !say.isPending) say.mutate()
      }}
    >
      {replyTo && (
        <p className={css['replying']}>
          <CornerDownRight size={14} aria-hidden="true" />
          <span>
            {replyTo.name}: {replyTo.text}
          </span>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            aria-label={t`No reply`}
            onClick={() => of.onReplyTo(null)}
          >
            <X size={14} aria-hidden="true" />
          </ActionIcon>
        </p>
      )}
      <div className={css['say']}>
        <TextInput
          ref={of.field}
          style={{ flex: 1 }}
          aria-label={t`Say something as the host`}
          placeholder={replyTo ? t`Your answer` : t`Say something as the host`}
          maxLength={200}
          value={text}
          disabled={!of.isOn}
          onKeyDown={(event) => {
            if (event.key === 'Escape') of.onReplyTo(null)
          }}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button
          type="submit"
          px={10}
          variant="default"
          aria-label={t`Say it`}
          disabled={!of.isOn || text.trim() === ''}
        >
          <Send size={16} aria-hidden="true" />
        </Button>
      </div>
    </form>
  )
}
