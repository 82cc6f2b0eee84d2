/** Recordings: how long each has to be kept, who holds it as evidence, and the end of those whose time is over. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, useSession } from '../../client/index.ts'
import { dateTime, day, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Confirm } from '../confirm.tsx'
import { Listing, Page, usePages } from '../listing.tsx'
import { Moment } from '../moment.tsx'
import { mayDo } from '../places.ts'
import type { Recording } from '../types.ts'

export function RecordingsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const queries = useQueryClient()
  const [held, setHeld] = useState<Recording | null>(null)
  const [deleted, setDeleted] = useState<Recording | null>(null)
  const pages = usePages<Recording>(['recordings'], (query, signal) =>
    must(api.GET('/api/v1/recordings', { params: { query }, signal })),
  )
  const mayChange = mayDo(me?.roles ?? [], ['operations', 'admin'])
  const renew = () => void queries.invalidateQueries({ queryKey: ['recordings'] })
  const hold = useMutation({
    mutationFn: (of: { id: string; reason: string | null }) =>
      must(api.PUT('/api/v1/recordings/{id}/hold', { params: { path: { id: of.id } }, body: { reason: of.reason } })),
    onSuccess: (_reply, { reason }) => {
      toast(reason === null ? t`Let go.` : t`Held until it is let go.`, 'good')
      setHeld(null)
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: renew,
  })
  const remove = useMutation({
    mutationFn: (id: string) => must(api.DELETE('/api/v1/recordings/{id}', { params: { path: { id } } })),
    onSuccess: () => toast(t`Deleted.`, 'good'),
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => {
      setDeleted(null)
      renew()
    },
  })
  return (
    <Page
      title={t`Recordings`}
      lead={t`The law wants them kept. What is held as evidence stays longer; nobody deletes one before its time.`}
    >
      <Listing
        label={t`Recordings`}
        pages={pages}
        keyOf={(recording) => `${recording.sessionId} ${recording.beganAt}`}
        empty={<Trans>Nothing has been recorded yet.</Trans>}
        columns={[
          {
            name: t`Broadcast`,
            cell: (recording) => (
              <>
                <Text size="sm" fw={600}>
                  {recording.title}
                </Text>
                <Text size="xs" c="dimmed">
                  {recording.hostName}
                </Text>
                {recording.deletedAt === null && <Moment sessionId={recording.sessionId} second={0} />}
              </>
            ),
          },
          { name: t`Began`, wideOnly: true, figures: true, cell: (recording) => dateTime(recording.beganAt) },
          { name: t`Kept until`, figures: true, cell: (recording) => day(recording.keptUntil) },
          {
            name: t`State`,
            cell: (recording) => (
              <>
                <Badge
                  variant="light"
                  tt="none"
                  color={recording.deletedAt !== null ? 'gray' : recording.heldAt !== null ? 'orange' : 'green'}
                >
                  {recording.deletedAt !== null ? (
                    <Trans>deleted</Trans>
                  ) : recording.heldAt !== null ? (
                    <Trans>held</Trans>
                  ) : (
                    <Trans>kept</Trans>
                  )}
                </Badge>
                {recording.heldReason && <Text size="xs">{recording.heldReason}</Text>}
              </>
            ),
          },
          ...(mayChange
            ? [
                {
                  name: <span className="visually-hidden">{t`Actions`}</span>,
                  figures: true,
                  cell: (recording: Recording) =>
                    recording.deletedAt === null && (
                      <Group gap="xs" justify="flex-end" wrap="nowrap">
                        <Button
                          size="xs"
                          variant="default"
                          aria-label={
                            recording.heldAt === null ? t`Hold ${recording.title}` : t`Let go of ${recording.title}`
                          }
                          onClick={() =>
                            recording.heldAt === null
                              ? setHeld(recording)
                              : hold.mutate({ id: recording.sessionId, reason: null })
                          }
                        >
                          {recording.heldAt === null ? <Trans>Hold</Trans> : <Trans>Let go</Trans>}
                        </Button>
                        {recording.mayDelete && (
                          <Button
                            size="xs"
                            color="red"
                            variant="light"
                            aria-label={t`Delete ${recording.title}`}
                            onClick={() => setDeleted(recording)}
                          >
                            <Trans>Delete</Trans>
                          </Button>
                        )}
                      </Group>
                    ),
                },
              ]
            : []),
        ]}
      />
      <Modal
        opened={held !== null}
        onClose={() => setHeld(null)}
        title={t`Hold as evidence`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {held && <HoldForm busy={hold.isPending} onHold={(reason) => hold.mutate({ id: held.sessionId, reason })} />}
      </Modal>
      <Confirm
        opened={deleted !== null}
        title={t`Delete the recording?`}
        action={t`Delete for good`}
        onConfirm={() => deleted && remove.mutate(deleted.sessionId)}
        onClose={() => setDeleted(null)}
      >
        <Trans>Its time is over. It cannot come back.</Trans>
      </Confirm>
    </Page>
  )
}

function HoldForm({ busy, onHold }: { busy: boolean; onHold: (reason: string) => void }) {
  const { t } = useLingui()
  const [reason, setReason] = useState('')
  return (
    <Stack>
      <Textarea
        data-autofocus
        label={t`Reason`}
        autosize
        minRows={2}
        maxLength={300}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button disabled={reason.trim().length < 3} loading={busy} onClick={() => onHold(reason.trim())}>
        <Trans>Hold</Trans>
      </Button>
    </Stack>
  )
}
