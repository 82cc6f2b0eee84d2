import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Modal, NativeSelect, NumberInput, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, newId } from '../../client/index.ts'
import { pick, toast, wordsOf } from '../../kit/index.ts'
import { rulesQuery } from '../queries.ts'
import type { Violation } from '../types.ts'
import { ruleWords, severityWords } from './violation-words.ts'

type Accused = { id: string; name: string }

export function RecordViolation({ creator, onClose }: { creator: Accused | null; onClose: () => void }) {
  const { t } = useLingui()
  return (
    <Modal
      opened={creator !== null}
      onClose={onClose}
      title={creator ? t`Record a violation of ${creator.name}` : ''}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      {creator && <ViolationForm creator={creator} onDone={onClose} />}
    </Modal>
  )
}

function ViolationForm({ creator, onDone }: { creator: Accused; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id] = useState(() => newId())
  const [rule, setRule] = useState<Violation['rule']>('false_claim')
  const [severity, setSeverity] = useState<Violation['severity']>('minor')
  // What the rulebook says of this rule and this severity, until a moderator says otherwise.
  const rules = useQuery(rulesQuery).data?.rules ?? []
  const inForce = rules.find((each) => each.rule === rule && each.inForce)
  const [points, setPoints] = useState<number | string | null>(null)
  const [days, setDays] = useState<number | string | null>(null)
  const usual = inForce && { minor: inForce.pointsMinor, serious: inForce.pointsSerious, severe: inForce.pointsSevere }
  const weighs = points ?? usual?.[severity] ?? 2
  const lasts = days ?? inForce?.days ?? 30
  const [note, setNote] = useState('')
  const isReady = note.trim().length >= 3 && typeof weighs === 'number' && typeof lasts === 'number'
  const send = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/violations', {
          body: {
            id,
            creatorId: creator.id,
            rule,
            severity,
            points: Number(weighs),
            days: Number(lasts),
            note: note.trim(),
          },
        }),
      ),
    onSuccess: () => {
      toast(t`Recorded. The gate is decided anew at once.`, 'good')
      void queries.invalidateQueries({ queryKey: ['creators'] })
      void queries.invalidateQueries({ queryKey: ['violations'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) send.mutate()
      }}
    >
      <Stack>
        <Group grow>
          <NativeSelect
            data-autofocus
            label={t`Rule`}
            value={rule}
            data={Object.entries(ruleWords).map(([value, name]) => ({ value, label: t(name) }))}
            onChange={(event) => setRule(event.currentTarget.value as Violation['rule'])}
          />
          <NativeSelect
            label={t`Severity`}
            value={severity}
            data={Object.entries(severityWords).map(([value, { name }]) => ({ value, label: t(name) }))}
            onChange={(event) => setSeverity(event.currentTarget.value as Violation['severity'])}
          />
        </Group>
        {inForce && (
          <Text size="xs" c="dimmed">
            <Trans>
              Clause {inForce.clause}, version {inForce.version}:
            </Trans>{' '}
            {pick(inForce.body)}
          </Text>
        )}
        <Group grow>
          <NumberInput label={t`Points`} min={1} max={48} allowDecimal={false} value={weighs} onChange={setPoints} />
          <NumberInput label={t`Days`} min={1} max={365} allowDecimal={false} value={lasts} onChange={setDays} />
        </Group>
        <Textarea
          label={t`What happened, and when in the video`}
          autosize
          minRows={2}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Text size="xs" c="dimmed">
          <Trans>The creator reads this note.</Trans>
        </Text>
        <Button type="submit" color="red" loading={send.isPending} disabled={!isReady}>
          <Trans>Record</Trans>
        </Button>
      </Stack>
    </form>
  )
}
