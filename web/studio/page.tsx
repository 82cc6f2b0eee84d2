import { Group, Stack, Text } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import { useSession } from '../client/index.ts'
import css from './shell.module.css'

/** A page of the studio that is not the stage. */
export function Page({
  title,
  lead,
  action,
  children,
}: {
  title: string
  lead?: ReactNode
  action?: ReactNode
  children: ReactNode
}) {
  useTitle(title)
  return (
    <Stack gap="md" className={css['page']}>
      <Group justify="space-between" align="flex-end">
        <div>
          <h1 className={css['title']}>{title}</h1>
          {lead && (
            <Text c="dimmed" size="sm">
              {lead}
            </Text>
          )}
        </div>
        {action}
      </Group>
      {children}
    </Stack>
  )
}

export function useTitle(title: string): void {
  const { platform } = useSession()
  const name = platform?.name ?? 'Hawker'
  useEffect(() => {
    document.title = `${title} · ${name}`
  }, [title, name])
}
