/** Coins as the books see them, and gifts of minors that were given back. */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  Alert,
  Button,
  Group,
  Modal,
  NumberInput,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, must, newId, serverNowMs, useSession } from '../../client/index.ts'
import { dateTime, ErrorState, exact, money, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Listing, Page, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import type { MinorCase, PersonRow } from '../types.ts'

export function CoinsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [opening, setOpening] = useState(false)
  const books = useQuery({ queryKey: ['coin-books'], queryFn: () => must(api.GET('/api/v1/books/coins')) })
  const pages = usePages<MinorCase>(['minor-cases'], (query, signal) =>
    must(api.GET('/api/v1/minor-cases', { params: { query }, signal })),
  )
  const mayOpen = mayDo(me?.roles ?? [], ['support', 'finance', 'admin'])
  return (
    <Page
      title={t`Coins and gifts`}
      lead={t`Coins are money that we owe until they are given. Gifts of minors go back whole.`}
      action={
        mayOpen && (
          <Button onClick={() => setOpening(true)}>
            <Trans>Give a minor's gifts back</Trans>
          </Button>
        )
      }
    >
      {books.isPending ? (
        <Skeleton height={96} />
      ) : books.data === undefined ? (
        <ErrorState error={books.error} onRetry={() => void books.refetch()} />
      ) : (
        <>
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
            <Figure name={<Trans>Coins outstanding</Trans>} value={exact(books.data.coins)} />
            <Figure
              name={<Trans>What they are worth</Trans>}
              value={money(books.data.worthMinor, books.data.currency)}
            />
            <Figure
              name={<Trans>What the books owe for them</Trans>}
              value={money(books.data.liabilityMinor, books.data.currency)}
            />
          </SimpleGrid>
          {books.data.worthMinor !== books.data.liabilityMinor && (
            <Alert color="red" title={t`The books and the coins disagree`}>
              <Trans>Run the auditor and look at the invariant coins_are_owed.</Trans>
            </Alert>
          )}
        </>
      )}
      <Listing
        label={t`Gifts given back`}
        pages={pages}
        keyOf={(each) => each.id}
        empty={<Trans>No minor's gifts were given back.</Trans>}
        columns={[
          {
            name: t`Whose`,
            cell: (each) => (
              <>
                <Text size="sm" fw={600}>
                  {each.personName}
                </Text>
                <Text size="xs" c="dimmed">
                  {each.note}
                </Text>
              </>
            ),
          },
          { name: t`From`, wideOnly: true, figures: true, cell: (each) => dateTime(each.from) },
          { name: t`Until`, wideOnly: true, figures: true, cell: (each) => dateTime(each.until) },
          { name: t`Gifts`, figures: true, cell: (each) => exact(each.gifts) },
          { name: t`Coins`, wideOnly: true, figures: true, cell: (each) => exact(each.giftCoins) },
          { name: t`Given back`, figures: true, cell: (each) => money(each.refundedMinor, each.currency) },
          { name: t`When`, wideOnly: true, figures: true, cell: (each) => dateTime(each.at) },
        ]}
      />
      <Modal
        opened={opening}
        onClose={() => setOpening(false)}
        title={t`Give a minor's gifts back`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {opening && <CaseForm onDone={() => setOpening(false)} />}
      </Modal>
    </Page>
  )
}

function Figure({ name, value }: { name: ReactNode; value: string }) {
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={680} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
    </Paper>
  )
}

function CaseForm({ onDone }: { onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [id] = useState(() => newId())
  const [wanted, setWanted] = useState('')
  const [person, setPerson] = useState<PersonRow | null>(null)
  const [days, setDays] = useState<number | string>(30)
  const [note, setNote] = useState('')
  const people = useQuery({
    queryKey: ['people-by-name', wanted],
    enabled: wanted.trim().length >= 2 && person === null,
    queryFn: () => must(api.GET('/api/v1/people', { params: { query: { q: wanted.trim(), limit: 5 } } })),
  })
  const isReady = person !== null && note.trim().length >= 3 && typeof days === 'number'
  const send = useMutation({
    mutationFn: () => {
      const nowMs = serverNowMs()
      return must(
        api.POST('/api/v1/minor-cases', {
          body: {
            id,
            personId: person?.personId ?? '',
            from: new Date(nowMs - Number(days) * 86_400_000).toISOString(),
            until: new Date(nowMs + 60_000).toISOString(),
            note: note.trim(),
          },
        }),
      )
    },
    onSuccess(reply) {
      toast(t`${exact(reply.case.gifts)} gifts were taken back; the money is in the wallet.`, 'good')
      for (const name of ['minor-cases', 'coin-books']) void queries.invalidateQueries({ queryKey: [name] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) send.mutate()
      }}
    >
      <Stack>
        <TextInput
          data-autofocus
          label={t`The minor's account: name, e-mail or phone`}
          value={person?.name ?? wanted}
          maxLength={100}
          onChange={(event) => {
            setPerson(null)
            setWanted(event.currentTarget.value)
          }}
        />
        {person === null && (
          <Group gap="xs">
            {people.data?.items.map((each) => (
              <Button key={each.personId} size="xs" variant="default" onClick={() => setPerson(each)}>
                {each.name} {each.phone ?? each.email ?? ''}
              </Button>
            ))}
          </Group>
        )}
        <NumberInput
          label={t`Gifts of the last days`}
          min={1}
          max={365}
          allowDecimal={false}
          value={days}
          onChange={setDays}
        />
        <Textarea
          label={t`What the guardian has shown`}
          autosize
          minRows={2}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          <Trans>
            All shares are reversed, also where they were paid out; the top lists are corrected; unspent coins become
            money. From then on this account gives nothing.
          </Trans>
        </Text>
        <Button type="submit" color="red" loading={send.isPending} disabled={!isReady}>
          <Trans>Give back</Trans>
        </Button>
      </Stack>
    </form>
  )
}
