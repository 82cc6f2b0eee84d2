import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, NativeSelect, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Scissors } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api, must, newId } from '../../client/index.ts'
import { clockOf, msOfClock } from '../../client/recording.ts'
import { pick, toast, wordsOf } from '../../kit/index.ts'
import type { MyRecording } from '../types.ts'

export interface Piece {
  title: string
  fromMs: number
  untilMs: number
  productId: string | null
}

const clipMs = { min: 1_000, max: 180_000 }

/** From when to when, under which name, beside which product. */
export function ClipForm(of: {
  sessionId: string
  marks: MyRecording['replay']['marks']
  durationMs: number
  piece: Piece
  onChange: (piece: Piece) => void
  /** Where the film stands. */
  atMs: () => number
  onMade: () => void
}) {
  const { t } = useLingui()
  const { piece, onChange } = of
  const lengthMs = piece.untilMs - piece.fromMs
  // One wish, one clip, however often it is sent.
  const [id, setId] = useState(newId)
  const make = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/studio/recordings/{id}/clips', {
          params: { path: { id: of.sessionId } },
          body: { id, title: piece.title.trim(), fromMs: piece.fromMs, lengthMs, productId: piece.productId },
        }),
      ),
    onSuccess: () => {
      setId(newId())
      toast(t`The clip is ready.`, 'good')
      of.onMade()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const trouble =
    lengthMs < clipMs.min
      ? t`The end must lie at least a second behind the beginning.`
      : lengthMs > clipMs.max
        ? t`A clip lasts three minutes at most.`
        : piece.fromMs >= of.durationMs
          ? t`The recording is over by then.`
          : null
  const products = [...new Map(of.marks.map((mark) => [mark.productId, pick(mark.title)]))]
  const change = (changed: Partial<Piece>) => {
    setId(newId())
    onChange({ ...piece, ...changed })
  }
  return (
    <Paper withBorder p="md" component="section" aria-label={t`New clip`}>
      <Title order={2} size="h5" mb="xs">
        <Trans>New clip</Trans>
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <Stack gap="sm">
          <TextInput
            label={t`Title`}
            value={piece.title}
            maxLength={60}
            onChange={(event) => change({ title: event.currentTarget.value })}
          />
          <Group gap="sm" align="flex-start" grow>
            <Moment label={t`From`} ms={piece.fromMs} onChange={(fromMs) => change({ fromMs })} atMs={of.atMs} />
            <Moment label={t`Until`} ms={piece.untilMs} onChange={(untilMs) => change({ untilMs })} atMs={of.atMs} />
          </Group>
          <NativeSelect
            label={t`Product it shows`}
            data={[{ value: '', label: t`No product` }, ...products.map(([value, label]) => ({ value, label }))]}
            value={piece.productId ?? ''}
            onChange={(event) => change({ productId: event.currentTarget.value || null })}
          />
          <Text size="sm" c={trouble === null ? 'dimmed' : 'red'} role={trouble === null ? undefined : 'alert'}>
            {trouble ?? (
              <Trans>{clockOf(lengthMs)} long; it begins at the keyframe before, up to two seconds earlier.</Trans>
            )}
          </Text>
          <Button
            type="submit"
            leftSection={<Scissors size={16} aria-hidden="true" />}
            disabled={trouble !== null || piece.title.trim() === ''}
            loading={make.isPending}
          >
            <Trans>Cut the clip</Trans>
          </Button>
        </Stack>
      </form>
    </Paper>
  )
}

/** A time that can be typed, or taken from where the film stands. */
function Moment(of: { label: string; ms: number; onChange: (ms: number) => void; atMs: () => number }) {
  const { t } = useLingui()
  const [text, setText] = useState(clockOf(of.ms))
  useEffect(() => {
    setText((typed) => (msOfClock(typed) === of.ms ? typed : clockOf(of.ms)))
  }, [of.ms])
  const isWrong = msOfClock(text) === null
  return (
    <div>
      <TextInput
        label={of.label}
        value={text}
        inputMode="decimal"
        classNames={{ input: 'tabular' }}
        error={isWrong ? t`Like 1:30` : undefined}
        onChange={(event) => {
          setText(event.currentTarget.value)
          const ms = msOfClock(event.currentTarget.value)
          if (ms !== null) of.onChange(ms)
        }}
      />
      <Button
        size="compact-sm"
        variant="subtle"
        mt={4}
        onClick={() => of.onChange(of.atMs())}
        aria-label={`${of.label}: ${t`From the film`}`}
      >
        <Trans>From the film</Trans>
      </Button>
    </div>
  )
}
