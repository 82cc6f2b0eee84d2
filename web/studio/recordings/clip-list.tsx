import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Download, Eye, EyeOff, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { clockOf } from '../../client/recording.ts'
import { pick, toast, wordsOf } from '../../kit/index.ts'
import type { Clip, MyRecording } from '../types.ts'
import css from './recordings.module.css'

/** What was cut: to look at, to load, to show beside its product. */
export function ClipList(of: { clips: readonly Clip[]; marks: MyRecording['replay']['marks']; onChanged: () => void }) {
  const titles = new Map(of.marks.map((mark) => [mark.productId, mark.title]))
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        <Trans>Clips</Trans>
      </Title>
      {of.clips.length === 0 ? (
        <p className={css['none']}>
          <Trans>Nothing was cut from this broadcast yet.</Trans>
        </p>
      ) : (
        <ul className={css['clips']}>
          {of.clips.map((clip) => {
            const product = clip.productId === null ? undefined : titles.get(clip.productId)
            return (
              <li key={clip.id}>
                <ClipCard clip={clip} product={product === undefined ? null : pick(product)} onChanged={of.onChanged} />
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}

function ClipCard({ clip, product, onChanged }: { clip: Clip; product: string | null; onChanged: () => void }) {
  const { t } = useLingui()
  const [asking, setAsking] = useState(false)
  const path = { params: { path: { id: clip.id } } }
  const onError = (error: Error) => toast(wordsOf(error), 'bad')
  const publish = useMutation({
    mutationFn: () =>
      must(api.PUT('/api/v1/studio/clips/{id}/publication', { ...path, body: { published: !clip.published } })),
    onSuccess: onChanged,
    onError,
  })
  const remove = useMutation({
    mutationFn: () => must(api.DELETE('/api/v1/studio/clips/{id}', path)),
    onSuccess: () => {
      setAsking(false)
      onChanged()
    },
    onError,
  })
  return (
    <Paper withBorder p="sm" component="article" className={css['clip']}>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody writes captions for a live room yet. */}
      <video
        src={clip.video}
        poster={clip.poster ?? undefined}
        preload={clip.poster === null ? 'metadata' : 'none'}
        controls
        playsInline
        aria-label={clip.title}
      />
      <Stack gap={4} className={css['clipText']}>
        <Group gap="xs" justify="space-between" wrap="nowrap">
          <Text fw={600} size="sm" lineClamp={2}>
            {clip.title}
          </Text>
          {clip.published && (
            <Badge color="green" variant="light" tt="none" style={{ flex: 'none' }}>
              <Trans>published</Trans>
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" className="tabular">
          {clockOf(clip.fromMs)} – {clockOf(clip.untilMs)} · {(clip.bytes / 1_000_000).toFixed(1)} MB
        </Text>
        {product !== null && (
          <Text size="xs" c="dimmed">
            {product}
          </Text>
        )}
        <Group gap={6} mt={4}>
          <Button
            component="a"
            href={clip.video}
            download={`${clip.title}.mp4`}
            size="xs"
            variant="default"
            leftSection={<Download size={14} aria-hidden="true" />}
          >
            <Trans>Download</Trans>
          </Button>
          {clip.productId !== null && (
            <Button
              size="xs"
              variant="default"
              leftSection={
                clip.published ? <EyeOff size={14} aria-hidden="true" /> : <Eye size={14} aria-hidden="true" />
              }
              loading={publish.isPending}
              onClick={() => publish.mutate()}
            >
              {clip.published ? t`Take it back` : t`Show beside the product`}
            </Button>
          )}
          <Button size="xs" variant="subtle" color="red" aria-label={t`Delete`} onClick={() => setAsking(true)}>
            <Trash2 size={14} aria-hidden="true" />
          </Button>
        </Group>
      </Stack>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t`Delete this clip?`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <Stack>
          <Text size="sm">
            <Trans>It leaves the product's page too. The recording stays, so it can be cut again.</Trans>
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              <Trans>Cancel</Trans>
            </Button>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              <Trans>Delete</Trans>
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Paper>
  )
}
