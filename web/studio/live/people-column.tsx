import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, SimpleGrid, Switch, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { MessageCircleQuestion, Send } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { newId, theSocket } from '../../client/index.ts'
import { count, money, pick, Rolling, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { mySessionQuery } from '../queries.ts'
import type { Comment, RoomMessage, RoomWhisper, StudioSession } from '../types.ts'
import { inDeskOrder, withComments } from './comments.ts'
import css from './live.module.css'

const boughtMax = 3

/** Who is there, what they say, what they buy. */
export function PeopleColumn({ session }: { session: StudioSession }) {
  const { t } = useLingui()
  useLocale()
  const { comments, counters, bought } = useRoomTopic(session)
  const [questionsFirst, setQuestionsFirst] = useState(true)
  const shown = inDeskOrder(comments, questionsFirst)
  const isOn = session.state === 'live' || session.state === 'paused'
  return (
    <>
      <SimpleGrid cols={2} spacing="xs">
        <Figure name={t`Watching`} help={t`Who has the room open now`} value={counters.viewers ?? session.viewers} />
        <Figure name={t`Likes`} help={t`Taps in this session`} value={counters.likes ?? session.likes} />
        <Figure name={t`Orders`} help={t`Paid orders of this session`} value={session.orders} />
        <Figure
          name={t`Sold`}
          help={t`What buyers paid in this session`}
          value={money(session.paidMinor, session.currency)}
        />
      </SimpleGrid>
      {bought.length > 0 && (
        <ul className={css['bought']} aria-label={t`Just bought`}>
          {bought.map((each) => (
            <li key={each.id}>
              <b>{each.name}</b> {pick(each.title)} × {each.units}
            </li>
          ))}
        </ul>
      )}
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h5">
          <Trans>Comments</Trans>
        </Title>
        <Switch
          size="sm"
          label={t`Questions first`}
          checked={questionsFirst}
          onChange={(event) => setQuestionsFirst(event.currentTarget.checked)}
        />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard. */}
      <ul className={css['comments']} aria-label={t`Comments`} tabIndex={0}>
        {shown.length === 0 && (
          <li>
            <Text size="sm" c="dimmed">
              {isOn ? (
                <Trans>Nobody has said anything yet.</Trans>
              ) : (
                <Trans>Comments appear when you are on air.</Trans>
              )}
            </Text>
          </li>
        )}
        {shown.map((comment) => (
          <li key={comment.id} data-question={comment.isQuestion || undefined} data-host={comment.isHost || undefined}>
            {comment.isQuestion && <MessageCircleQuestion size={15} aria-label={t`Question`} />}
            <span>
              <b>{comment.name}</b> {comment.text}
            </span>
          </li>
        ))}
      </ul>
      <SayBox roomId={session.roomId} isOn={isOn} />
    </>
  )
}

function Figure({ name, help, value }: { name: string; help: string; value: number | string }) {
  return (
    <div className={css['figure']} title={help}>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={650} size="lg" className="tabular">
        {typeof value === 'string' ? value : value < 100_000 ? <Rolling value={value} /> : count(value)}
      </Text>
    </div>
  )
}

type Bought = Extract<RoomWhisper, { kind: 'bought' }> & { id: string }

/** Joins the room as viewers do: comments as they come, counters, and word that the bag has changed. */
function useRoomTopic(session: StudioSession) {
  const queries = useQueryClient()
  const [comments, setComments] = useState<readonly Comment[]>(session.comments)
  const [counters, setCounters] = useState<{ viewers?: number; likes?: number }>({})
  const [bought, setBought] = useState<readonly Bought[]>([])
  const after = useRef(session.topicNumber)
  const { topic } = session
  useEffect(() => {
    setCounters({})
    const renew = () => void queries.invalidateQueries({ queryKey: mySessionQuery.queryKey })
    return theSocket().join(
      topic,
      {
        onMessage(message) {
          if ((message as RoomMessage).kind !== 'price') renew()
        },
        onWhisper(message) {
          const whisper = message as RoomWhisper
          if (whisper.kind === 'comment') setComments((list) => withComments(list, [whisper.comment]))
          else setBought((list) => [{ ...whisper, id: newId() }, ...list].slice(0, boughtMax))
        },
        onCounters: (changed) => setCounters((old) => ({ ...old, ...changed })),
        async onReset() {
          renew()
          return undefined
        },
      },
      after.current,
    )
  }, [topic, queries])
  // Whispers may be lost; the session that is asked for again has the last ones.
  useEffect(() => setComments((list) => withComments(list, session.comments)), [session.comments])
  return { comments, counters, bought }
}

function SayBox({ roomId, isOn }: { roomId: string; isOn: boolean }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  // Kept until it is said, so that a repeated press says it once.
  const [id, setId] = useState(() => newId())
  const say = useMutation({
    mutationFn: () => theSocket().ask('comment.say', { id, roomId, text: text.trim() }),
    onSuccess: () => {
      setText('')
      setId(newId())
      void queries.invalidateQueries({ queryKey: mySessionQuery.queryKey })
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      className={css['say']}
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '' && !say.isPending) say.mutate()
      }}
    >
      <TextInput
        style={{ flex: 1 }}
        aria-label={t`Say something as the host`}
        placeholder={t`Say something as the host`}
        maxLength={200}
        value={text}
        disabled={!isOn}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" px={10} variant="default" aria-label={t`Say it`} disabled={!isOn || text.trim() === ''}>
        <Send size={16} aria-hidden="true" />
      </Button>
    </form>
  )
}
