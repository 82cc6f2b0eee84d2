/** People to whom giving or creating is closed: why, until when, what they say against it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Checkbox, Group, Modal, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must, newId, useSession } from '../../client/index.ts'
import { useFilters } from '../../kit/desk.tsx'
import { day, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Listing, Page, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import type { BlacklistRow } from '../types.ts'

export function BlacklistPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters, setFilters] = useFilters()
  const personId = filters['personId']
  const [isAdding, setAdding] = useState(personId !== undefined)
  const [lifted, setLifted] = useState<BlacklistRow | null>(null)
  const pages = usePages<BlacklistRow>(['blacklist'], (query, signal) =>
    must(api.GET('/api/v1/blacklist', { params: { query }, signal })),
  )
  const mayChange = mayDo(me?.roles ?? [], ['moderator', 'admin'])
  const words = { give: t`gifts`, create: t`creating` }
  return (
    <Page
      title={t`Blacklist`}
      lead={t`Each listing has a reason that its person reads and may object to once.`}
      action={
        mayChange && (
          <Button onClick={() => setAdding(true)}>
            <Trans>List somebody</Trans>
          </Button>
        )
      }
    >
      <Listing
        label={t`Blacklist`}
        pages={pages}
        keyOf={(listing) => listing.id}
        empty={<Trans>Nobody is listed.</Trans>}
        columns={[
          {
            name: t`Person`,
            cell: (listing) => (
              <>
                <Text size="sm" fw={600}>
                  {listing.personName}
                </Text>
                <Text size="xs">{listing.reason}</Text>
                {listing.objection && (
                  <Text size="xs" c="dimmed">
                    <Trans>Objects: {listing.objection}</Trans>
                  </Text>
                )}
              </>
            ),
          },
          { name: t`Closed`, cell: (listing) => listing.restricts.map((what) => words[what]).join(' · ') },
          { name: t`Since`, wideOnly: true, figures: true, cell: (listing) => day(listing.startsAt) },
          {
            name: t`Until`,
            wideOnly: true,
            figures: true,
            cell: (listing) => (listing.endsAt === null ? <Trans>lifted only</Trans> : day(listing.endsAt)),
          },
          {
            name: t`State`,
            cell: (listing) => (
              <>
                <Badge variant="light" tt="none" color={listing.inForce ? 'red' : 'gray'}>
                  {listing.liftedAt !== null ? (
                    <Trans>lifted</Trans>
                  ) : listing.inForce ? (
                    <Trans>in force</Trans>
                  ) : (
                    <Trans>over</Trans>
                  )}
                </Badge>
                {listing.liftedReason && <Text size="xs">{listing.liftedReason}</Text>}
              </>
            ),
          },
          ...(mayChange
            ? [
                {
                  name: <span className="visually-hidden">{t`Actions`}</span>,
                  figures: true,
                  cell: (listing: BlacklistRow) =>
                    listing.inForce && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={t`Lift the listing of ${listing.personName}`}
                        onClick={() => setLifted(listing)}
                      >
                        <Trans>Lift</Trans>
                      </Button>
                    ),
                },
              ]
            : []),
        ]}
      />
      <Modal
        opened={isAdding}
        onClose={() => {
          setAdding(false)
          setFilters({ personId: undefined })
        }}
        title={t`List somebody`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {isAdding && <Add personId={personId ?? ''} onDone={() => setAdding(false)} />}
      </Modal>
      <Modal
        opened={lifted !== null}
        onClose={() => setLifted(null)}
        title={t`Lift the listing`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {lifted && <Lift of={lifted} onDone={() => setLifted(null)} />}
      </Modal>
    </Page>
  )
}

function Add({ personId: given, onDone }: { personId: string; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id] = useState(() => newId())
  const [personId, setPersonId] = useState(given)
  const [restricts, setRestricts] = useState<('give' | 'create')[]>(['give'])
  const [reason, setReason] = useState('')
  const [days, setDays] = useState<number | string>(30)
  const send = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/blacklist', {
          body: { id, personId: personId.trim(), restricts, reason: reason.trim(), days: Number(days) || null },
        }),
      ),
    onSuccess() {
      toast(t`Listed. The person is told why.`, 'good')
      void queries.invalidateQueries({ queryKey: ['blacklist'] })
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
        <TextInput
          label={t`Person`}
          description={t`Their id; the menu of a person on the page of people fills it in`}
          required
          value={personId}
          onChange={(event) => setPersonId(event.currentTarget.value)}
        />
        <Checkbox.Group
          label={t`What is closed`}
          value={restricts}
          onChange={(value) => setRestricts(value as ('give' | 'create')[])}
        >
          <Group mt={6}>
            <Checkbox value="give" label={t`Giving gifts`} />
            <Checkbox value="create" label={t`Selling as a creator`} />
          </Group>
        </Checkbox.Group>
        <Textarea
          label={t`Reason`}
          description={t`The person reads it.`}
          required
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <NumberInput
          label={t`Days`}
          description={t`Empty: until it is lifted`}
          min={1}
          max={3_650}
          allowDecimal={false}
          value={days}
          onChange={setDays}
        />
        <Button
          type="submit"
          color="red"
          disabled={restricts.length === 0 || reason.trim().length < 3 || personId.trim() === ''}
          loading={send.isPending}
        >
          <Trans>List</Trans>
        </Button>
      </Stack>
    </form>
  )
}

function Lift({ of, onDone }: { of: BlacklistRow; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const send = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/blacklist/{id}/liftings', {
          params: { path: { id: of.id } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess() {
      toast(t`Lifted.`, 'good')
      void queries.invalidateQueries({ queryKey: ['blacklist'] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <Stack>
      {of.objection && <Text size="sm">{of.objection}</Text>}
      <Textarea
        data-autofocus
        label={t`Reason`}
        autosize
        minRows={2}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button disabled={reason.trim().length < 3} loading={send.isPending} onClick={() => send.mutate()}>
        <Trans>Lift</Trans>
      </Button>
    </Stack>
  )
}
