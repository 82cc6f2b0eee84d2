import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { ErrorState, Picture, pick, Skeleton, toast, wordsOf } from '../../kit/index.ts'
import { clock, secondsOf } from '../start/moment.ts'
import { marksQuery } from './queries.ts'
import css from './recordings.module.css'

/** Puts right where each explanation begins and ends: viewers jump there from the product. */
export function Moments({
  sessionId,
  cards,
  onMoved,
}: {
  sessionId: string
  cards: readonly (Card & { productId: string })[]
  onMoved: () => void
}) {
  const { data, error, refetch } = useQuery(marksQuery(sessionId))
  if (cards.length === 0) return null
  if (data === undefined)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={120} />
  // Both stand in the order of time; a product that is sold no more has no card, and no moment to be put right.
  const left = [...cards]
  const rows = data.marks.flatMap((mark) => {
    const at = left.findIndex((card) => card.productId === mark.productId)
    const [card] = at === -1 ? [] : left.splice(at, 1)
    return card === undefined ? [] : [{ mark, card }]
  })
  return (
    <section aria-labelledby="moments">
      <Title order={2} size="h5" mb={4} id="moments">
        <Trans>Put the moments right</Trans>
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        <Trans>Viewers jump from a product to the moment in which you explain it.</Trans>
      </Text>
      <ol className={css['moments']}>
        {rows.map(({ mark, card }) => (
          <MarkRow
            key={`${mark.id} ${card.fromMs} ${card.untilMs}`}
            sessionId={sessionId}
            mark={mark}
            card={card}
            onMoved={onMoved}
          />
        ))}
      </ol>
    </section>
  )
}

interface MarkTimes {
  id: string
  fromAt: string
  untilAt: string | null
}
interface Card {
  title: { en: string; zh: string }
  picture: string
  fromMs: number
  untilMs: number
}

function MarkRow(of: { sessionId: string; mark: MarkTimes; card: Card; onMoved: () => void }) {
  const { sessionId, mark, card } = of
  const { t } = useLingui()
  const queries = useQueryClient()
  const [from, setFrom] = useState(() => clock(Math.round(card.fromMs / 1_000)))
  const [until, setUntil] = useState(() => clock(Math.round(card.untilMs / 1_000)))
  const title = pick(card.title)
  const fromSeconds = secondsOf(from)
  const untilSeconds = secondsOf(until)
  const isChanged = fromSeconds !== Math.round(card.fromMs / 1_000) || untilSeconds !== Math.round(card.untilMs / 1_000)
  const isGood = fromSeconds !== null && untilSeconds !== null && fromSeconds < untilSeconds
  const move = useMutation({
    mutationFn: () => {
      // Moved by as much as the hand has moved it: the recording may have holes, and the mark knows the real time.
      const shifted = (at: string, seconds: number | null, ms: number) =>
        new Date(Date.parse(at) + ((seconds ?? 0) * 1_000 - ms)).toISOString()
      return must(
        api.PUT('/api/v1/studio/sessions/{id}/marks/{markId}', {
          params: { path: { id: sessionId, markId: mark.id } },
          body: {
            fromAt: shifted(mark.fromAt, fromSeconds, card.fromMs),
            untilAt: shifted(mark.untilAt ?? mark.fromAt, untilSeconds, card.untilMs),
          },
        }),
      )
    },
    onSuccess: () => toast(t`Moved.`, 'good'),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled() {
      void queries.invalidateQueries({ queryKey: marksQuery(sessionId).queryKey })
      of.onMoved()
    },
  })
  return (
    <li>
      <Picture picture={card.picture} alt="" className="thumb" />
      <Text size="sm" fw={600} lineClamp={2} className={css['momentTitle']}>
        {title}
      </Text>
      <form
        className={css['momentTimes']}
        onSubmit={(event) => {
          event.preventDefault()
          if (isGood && isChanged) move.mutate()
        }}
      >
        <TextInput
          size="xs"
          w={92}
          label={t`from`}
          aria-label={t`${title}: from`}
          value={from}
          error={fromSeconds === null}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          w={92}
          label={t`until`}
          aria-label={t`${title}: until`}
          value={until}
          error={untilSeconds === null}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <Button
          type="submit"
          size="xs"
          variant="default"
          aria-label={t`Move ${title}`}
          loading={move.isPending}
          disabled={!isGood || !isChanged}
        >
          <Trans>Move</Trans>
        </Button>
      </form>
    </li>
  )
}
