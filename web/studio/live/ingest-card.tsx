import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Modal, Paper, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Copy, KeyRound } from 'lucide-react'
import { useState } from 'react'
import { toast, wordsOf } from '../../kit/index.ts'
import type { Ingest } from '../types.ts'

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // On plain http there is no clipboard; the old way still works.
    const field = document.createElement('textarea')
    field.value = text
    document.body.append(field)
    field.select()
    const done = document.execCommand('copy')
    field.remove()
    return done
  }
}

/** Address and key stand apart, because encoders ask for them apart. The key is shown once. */
export function IngestCard(of: {
  ingest: Ingest | null
  onIngest: (ingest: Ingest) => void
  makeKey: () => Promise<Ingest>
}) {
  const { t } = useLingui()
  const [asking, setAsking] = useState(false)
  const rotate = useMutation({
    mutationFn: of.makeKey,
    onSuccess: (ingest) => {
      of.onIngest(ingest)
      setAsking(false)
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  const tell = async (text: string) =>
    (await copy(text)) ? toast(t`Copied.`, 'good') : toast(t`Could not copy; select it and copy by hand.`, 'bad')
  return (
    <Paper withBorder p="sm" component="section" aria-label={t`Encoder`}>
      {of.ingest ? (
        <Stack gap="xs">
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <TextInput label={t`Server address`} readOnly value={of.ingest.server} style={{ flex: 1 }} size="sm" />
            <CopyButton label={t`Copy the address`} onClick={() => void tell(of.ingest?.server ?? '')} />
          </Group>
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <PasswordInput
              label={t`Stream key (secret)`}
              readOnly
              value={of.ingest.streamKey}
              style={{ flex: 1 }}
              size="sm"
              autoComplete="off"
              visibilityToggleButtonProps={{ 'aria-label': t`Show the key` }}
            />
            <CopyButton label={t`Copy the key`} onClick={() => void tell(of.ingest?.streamKey ?? '')} />
          </Group>
          <Alert color="orange" p="xs">
            <Text size="xs">
              <Trans>The key is shown once. Copy it now; who has it can broadcast in your name.</Trans>
            </Text>
          </Alert>
        </Stack>
      ) : (
        <Text size="sm" c="dimmed" mb="xs">
          <Trans>The stream key was shown when it was made. Lost it? Make a new one.</Trans>
        </Text>
      )}
      <Button
        mt={of.ingest ? 'xs' : 0}
        size="xs"
        variant="default"
        leftSection={<KeyRound size={14} aria-hidden="true" />}
        onClick={() => setAsking(true)}
      >
        <Trans>Make a new key</Trans>
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t`Make a new key?`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <Stack>
          <Text size="sm">
            <Trans>The old key stops working at once; an encoder that uses it loses the connection.</Trans>
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              <Trans>Cancel</Trans>
            </Button>
            <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
              <Trans>Make a new key</Trans>
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Paper>
  )
}

function CopyButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button size="sm" variant="default" px={10} aria-label={label} onClick={onClick}>
      <Copy size={16} aria-hidden="true" />
    </Button>
  )
}
