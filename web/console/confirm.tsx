import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** Asks once more before something that is not easily taken back. */
export function Confirm(of: {
  opened: boolean
  title: string
  action: string
  children?: ReactNode
  onConfirm: () => void
  onClose: () => void
}) {
  const { t } = useLingui()
  return (
    <Modal opened={of.opened} onClose={of.onClose} title={of.title} closeButtonProps={{ 'aria-label': t`Close` }}>
      <Stack>
        {of.children && <Text size="sm">{of.children}</Text>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={of.onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button color="red" onClick={of.onConfirm} data-autofocus>
            {of.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
