import { useLingui } from '@lingui/react/macro'
import { Badge } from '@mantine/core'
import type { StateWords } from './words.ts'

export function StateBadge({ words }: { words: StateWords }) {
  const { t } = useLingui()
  return (
    <Badge variant="light" color={words.colour} tt="none" fw={600} miw="max-content">
      {t(words.name)}
    </Badge>
  )
}
