import { Button } from '@mantine/core'
import { ChevronLeft } from 'lucide-react'
import { Go } from '../../kit/desk.tsx'

/** One level up; the key `u` goes there too. */
export function UpTo(of: {
  to: string
  name: string
  params?: Record<string, string>
  search?: Record<string, string | undefined>
}) {
  const { name, ...link } = of
  return (
    <Button
      component={Go}
      {...link}
      variant="default"
      data-up
      leftSection={<ChevronLeft size={16} aria-hidden="true" />}
    >
      {name}
    </Button>
  )
}
