import { Trans, useLingui } from '@lingui/react/macro'
import { ActionIcon, Badge, Button, FileButton, Group, Loader, Paper, Text, Title } from '@mantine/core'
import { ArrowLeft, ImagePlus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { picturesPerProductMax } from '#contract/pictures'
import { api, must } from '../../client/index.ts'
import { pictureUrl, toast, wordsOf } from '../../kit/index.ts'
import css from './pictures-field.module.css'

/** The bytes as they are; the server tells by them what they are. */
async function bring(file: File): Promise<string> {
  const sent = api.POST('/api/v1/pictures', {
    body: file as unknown as string,
    bodySerializer: (body) => body as unknown as Blob,
    headers: { 'content-type': 'application/octet-stream' },
  })
  return (await must(sent)).picture
}

/** Pictures of a product: brought one after the other, seen as buyers will see them, the first as the cover. */
export function PicturesField({
  pictures,
  onChange,
}: {
  pictures: readonly string[]
  onChange: (pictures: string[]) => void
}) {
  const { t } = useLingui()
  const [left, setLeft] = useState(0)
  const addAll = async (files: readonly File[]) => {
    let kept = [...pictures]
    setLeft(files.length)
    for (const [index, file] of files.entries()) {
      try {
        const picture = await bring(file)
        // The same picture twice is one.
        if (!kept.includes(picture) && kept.length < picturesPerProductMax) kept = [...kept, picture]
        onChange(kept)
      } catch (problem) {
        toast(`${file.name}: ${wordsOf(problem)}`, 'bad')
      }
      setLeft(files.length - index - 1)
    }
  }
  const isFull = pictures.length >= picturesPerProductMax
  return (
    <Paper withBorder p="md" component="fieldset" className={css['field']}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          <Trans>Pictures</Trans>
        </Title>
        <Group gap="xs">
          {left > 0 && <Loader size="xs" aria-label={t`Sending pictures`} />}
          <FileButton
            multiple
            accept="image/png,image/jpeg,image/webp"
            disabled={isFull || left > 0}
            onChange={(files) => void addAll(files)}
          >
            {(props) => (
              <Button
                {...props}
                variant="default"
                size="xs"
                disabled={isFull || left > 0}
                leftSection={<ImagePlus size={14} aria-hidden="true" />}
              >
                <Trans>Add pictures</Trans>
              </Button>
            )}
          </FileButton>
        </Group>
      </Group>
      <Text size="sm" c="dimmed" mb={pictures.length > 0 ? 'sm' : 0}>
        <Trans>
          PNG, JPEG or WebP, at most 8 MB and 12,000 pixels a side; up to {picturesPerProductMax}. Only the pixels are
          kept.
        </Trans>
      </Text>
      {pictures.length > 0 && (
        <ol className={css['list']}>
          {pictures.map((picture, index) => (
            <li key={picture} className={css['picture']}>
              <img
                src={pictureUrl(picture)}
                alt={t`No. ${index + 1} on the page of the product`}
                width={120}
                height={120}
              />
              {index === 0 && (
                <Badge className={css['cover'] ?? ''} size="sm" variant="filled">
                  <Trans>Cover</Trans>
                </Badge>
              )}
              <Group gap={4} justify="center" mt={4}>
                <ActionIcon
                  variant="subtle"
                  disabled={index === 0}
                  aria-label={t`Move picture ${index + 1} forward`}
                  onClick={() => onChange(movedForward(pictures, index))}
                >
                  <ArrowLeft size={16} aria-hidden="true" />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  aria-label={t`Remove picture ${index + 1}`}
                  onClick={() => onChange(pictures.filter((each) => each !== picture))}
                >
                  <Trash2 size={16} aria-hidden="true" />
                </ActionIcon>
              </Group>
            </li>
          ))}
        </ol>
      )}
    </Paper>
  )
}

function movedForward(pictures: readonly string[], index: number): string[] {
  const moved = [...pictures]
  const [picture] = moved.splice(index, 1)
  if (picture !== undefined) moved.splice(index - 1, 0, picture)
  return moved
}
