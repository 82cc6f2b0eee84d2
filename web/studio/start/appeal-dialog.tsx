/** What a creator says against a violation: words, a moment of a recording, pictures. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, FileButton, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ImagePlus } from 'lucide-react'
import { useState } from 'react'
import { api, must, newId } from '../../client/index.ts'
import { pick, toast, wordsOf } from '../../kit/index.ts'
import type { Violation } from '../types.ts'
import { secondsOf } from './moment.ts'
import { pictureForAppeal } from './picture-for-appeal.ts'

const filesMax = 5

export function AppealDialog({ violation, onClose }: { violation: Violation | null; onClose: () => void }) {
  const { t } = useLingui()
  return (
    <Modal
      opened={violation !== null}
      onClose={onClose}
      title={violation ? t`Appeal: ${pick(violation.ruleTitle)}` : ''}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      {violation && <AppealForm violation={violation} onDone={onClose} />}
    </Modal>
  )
}

function AppealForm({ violation, onDone }: { violation: Violation; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id] = useState(() => newId())
  const [text, setText] = useState('')
  const [moment, setMoment] = useState('')
  const [files, setFiles] = useState<{ id: string; name: string }[]>([])
  const atSecond = secondsOf(moment)
  // The recording is that of the broadcast which the violation names.
  const sessionId = violation.sessionId
  const bring = useMutation({
    mutationFn: async (file: File) => {
      const fileId = newId()
      const base64 = await pictureForAppeal(file)
      await must(api.PUT('/api/v1/studio/evidence/{id}', { params: { path: { id: fileId } }, body: { base64 } }))
      return { id: fileId, name: file.name }
    },
    onSuccess: (file) => setFiles((before) => [...before, file]),
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const send = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/studio/violations/{id}/appeals', {
          params: { path: { id: violation.id } },
          body: {
            id,
            text: text.trim(),
            ...(sessionId !== null && atSecond !== null ? { moment: { sessionId, atSecond } } : {}),
            files: files.map((file) => file.id),
          },
        }),
      ),
    onSuccess() {
      toast(t`Your appeal is in. You will see here how it is decided.`, 'good')
      void queries.invalidateQueries({ queryKey: ['violations'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send.mutate()
      }}
    >
      <Stack>
        <Textarea
          data-autofocus
          label={t`What speaks against it`}
          autosize
          minRows={3}
          maxLength={2_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {sessionId !== null && (
          <TextInput
            label={t`The moment of the recording that shows it`}
            description={t`Minutes and seconds from the start, such as 12:34`}
            placeholder="12:34"
            value={moment}
            error={moment !== '' && atSecond === null ? t`Write it as 12:34 or 1:12:34` : null}
            onChange={(event) => setMoment(event.currentTarget.value)}
          />
        )}
        <Group gap="xs">
          <FileButton accept="image/png,image/jpeg,image/webp" onChange={(file) => file && bring.mutate(file)}>
            {(props) => (
              <Button
                {...props}
                size="xs"
                variant="default"
                loading={bring.isPending}
                disabled={files.length >= filesMax}
                leftSection={<ImagePlus size={14} aria-hidden="true" />}
              >
                <Trans>Add a picture</Trans>
              </Button>
            )}
          </FileButton>
          <Text size="xs" c="dimmed">
            {files.length > 0 ? files.map((file) => file.name).join(', ') : <Trans>At most five</Trans>}
          </Text>
        </Group>
        <Text size="sm" c="dimmed">
          <Trans>You can appeal once. The violation goes on counting until it is decided.</Trans>
        </Text>
        <Button
          type="submit"
          loading={send.isPending}
          disabled={text.trim().length < 3 || (moment !== '' && atSecond === null)}
        >
          <Trans>Send the appeal</Trans>
        </Button>
      </Stack>
    </form>
  )
}
