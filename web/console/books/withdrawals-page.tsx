import { Trans, useLingui } from '@lingui/react/macro'
import {
  Anchor,
  Badge,
  Button,
  Group,
  Modal,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  Title,
} from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, key, must, newId, useSession } from '../../client/index.ts'
import { useFilters } from '../../kit/desk.tsx'
import { dateTime, money, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { FilterChips, Listing, Page, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { given } from '../queries.ts'
import type { PayoutFileRow, WithdrawalRow, Withdrawals } from '../types.ts'

type State = WithdrawalRow['state']
const colours: Record<State, string> = {
  review: 'yellow',
  approved: 'blue',
  sent: 'blue',
  paid: 'green',
  refused: 'gray',
  failed: 'red',
}

/** What buyers take out of their wallets: who looks at it, how it goes to the bank, and what the bank said. */
export function WithdrawalsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const queries = useQueryClient()
  const [filters] = useFilters()
  const [open, setOpen] = useState<WithdrawalRow | null>(null)
  const wanted = given({ state: filters['state'] as State | undefined })
  const mayAct = mayDo(me?.roles ?? [], ['finance', 'admin'])
  const pages = usePages<WithdrawalRow>(
    ['withdrawals', wanted],
    (query, signal) => must(api.GET('/api/v1/withdrawals', { params: { query: { ...query, ...wanted } }, signal })),
    { refetchMs: 15_000 },
  )
  const terms = useQuery({
    queryKey: ['withdrawal-terms'],
    queryFn: () => must(api.GET('/api/v1/withdrawals', { params: { query: { limit: 1 } } })),
  }).data
  const files = usePages<PayoutFileRow>(['payout-files'], (query, signal) =>
    must(api.GET('/api/v1/payout-files', { params: { query }, signal })),
  )
  const [fileId, setFileId] = useState(newId)
  const make = useMutation({
    mutationFn: () => must(api.POST('/api/v1/payout-files', { params: key(fileId), body: { id: fileId } })),
    onSuccess({ file }) {
      setFileId(newId())
      toast(t`File ${file.number} with ${file.lines} withdrawals is ready.`, 'good')
      for (const name of ['withdrawals', 'payout-files']) void queries.invalidateQueries({ queryKey: [name] })
    },
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  const states = {
    review: t`to look at`,
    approved: t`approved`,
    sent: t`sent to the bank`,
    paid: t`paid`,
    refused: t`refused`,
    failed: t`came back`,
  }
  return (
    <Page
      title={t`Withdrawals`}
      lead={t`Above the limit somebody else than their owner looks at them first.`}
      action={
        mayAct && (
          <Button loading={make.isPending} onClick={() => make.mutate()}>
            <Trans>Make a payout file</Trans>
          </Button>
        )
      }
    >
      {terms && <Rule terms={terms} />}
      <FilterChips
        label={t`State`}
        name="state"
        options={Object.entries(states).map(([value, label]) => ({ value, label }))}
      />
      <Listing
        label={t`Withdrawals`}
        pages={pages}
        keyOf={(each) => each.id}
        empty={<Trans>Nobody takes money out.</Trans>}
        columns={[
          { name: t`Number`, cell: (each) => <b>{each.number}</b> },
          { name: t`Whose`, cell: (each) => each.personName },
          {
            name: t`To`,
            wideOnly: true,
            cell: (each) => (
              <>
                {each.holder}
                <Text size="sm" c="dimmed">
                  {each.bank} {each.account}
                </Text>
              </>
            ),
          },
          {
            name: t`State`,
            cell: (each) => (
              <Badge variant="light" tt="none" color={colours[each.state]}>
                {states[each.state]}
              </Badge>
            ),
          },
          { name: t`Amount`, figures: true, cell: (each) => money(each.amountMinor, each.currency) },
          { name: t`Fee`, figures: true, wideOnly: true, cell: (each) => money(each.feeMinor, each.currency) },
          { name: t`Asked`, figures: true, wideOnly: true, cell: (each) => dateTime(each.requestedAt) },
          {
            name: <span className="visually-hidden">{t`Actions`}</span>,
            figures: true,
            cell: (each) =>
              mayAct &&
              (each.state === 'review' || each.state === 'sent') && (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={t`Decide withdrawal ${each.number}`}
                  onClick={() => setOpen(each)}
                >
                  {each.state === 'review' ? <Trans>Look at it</Trans> : <Trans>What the bank said</Trans>}
                </Button>
              ),
          },
        ]}
      />
      <Title order={2} size="h4">
        <Trans>Payout files</Trans>
      </Title>
      <Listing
        label={t`Payout files`}
        pages={files}
        keyOf={(file) => file.id}
        empty={<Trans>No file yet. Withdrawals that are approved for a file wait for one.</Trans>}
        columns={[
          {
            name: t`File`,
            cell: (file) => (
              <Anchor href={`/api/v1/payout-files/${file.id}/content`} download={`${file.number}.csv`}>
                {file.number}
              </Anchor>
            ),
          },
          { name: t`Made`, figures: true, wideOnly: true, cell: (file) => dateTime(file.madeAt) },
          { name: t`Answered`, figures: true, cell: (file) => `${file.ended} / ${file.lines}` },
          { name: t`Sum`, figures: true, cell: (file) => money(file.sumMinor, file.currency) },
        ]}
      />
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open ? t`Withdrawal ${open.number}` : ''}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {open && (
          <Decide withdrawal={open} mayUseProvider={terms?.paysByProvider ?? false} onDone={() => setOpen(null)} />
        )}
      </Modal>
    </Page>
  )
}

function Rule({ terms }: { terms: Withdrawals }) {
  const { currency, terms: rule } = terms
  return (
    <Paper withBorder p="sm">
      <Text size="sm" className="tabular">
        <Trans>
          Rule {rule.version}: from {money(rule.minimumMinor, currency)} on; fee {money(rule.feeMinor, currency)} and{' '}
          {rule.feeBasisPoints / 100} %; looked at above {money(rule.reviewAboveMinor, currency)}; at most{' '}
          {money(rule.perDayMinorMax, currency)} a day.
        </Trans>
      </Text>
    </Paper>
  )
}

function Decide(of: { withdrawal: WithdrawalRow; mayUseProvider: boolean; onDone: () => void }) {
  const { t } = useLingui()
  const { withdrawal } = of
  const queries = useQueryClient()
  const [note, setNote] = useState('')
  const [paysBy, setPaysBy] = useState<'provider' | 'file'>(of.mayUseProvider ? 'provider' : 'file')
  const isReview = withdrawal.state === 'review'
  const decide = useMutation<unknown, unknown, boolean>({
    mutationFn: (isYes) => {
      const params = { path: { id: withdrawal.id } }
      return isReview
        ? must(
            api.POST('/api/v1/withdrawals/{id}/reviews', {
              params,
              body: { decision: isYes ? 'approved' : 'refused', paysBy, note: note.trim() },
            }),
          )
        : must(
            api.POST('/api/v1/withdrawals/{id}/results', {
              params,
              body: { result: isYes ? 'paid' : 'failed', note: note.trim() },
            }),
          )
    },
    onSuccess() {
      for (const name of ['withdrawals', 'payout-files']) void queries.invalidateQueries({ queryKey: [name] })
      of.onDone()
    },
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  return (
    <Stack>
      <Text>
        {withdrawal.personName} → {withdrawal.holder}, {withdrawal.bank} {withdrawal.account}
      </Text>
      <Text className="tabular">
        <Trans>
          {money(withdrawal.amountMinor, withdrawal.currency)}, of which the bank gets{' '}
          {money(withdrawal.amountMinor - withdrawal.feeMinor, withdrawal.currency)}
        </Trans>
      </Text>
      {isReview && of.mayUseProvider && (
        <SegmentedControl
          aria-label={t`How it goes out`}
          data={[
            { value: 'provider', label: t`Through the provider` },
            { value: 'file', label: t`In the next file` },
          ]}
          value={paysBy}
          onChange={(value) => setPaysBy(value as typeof paysBy)}
        />
      )}
      <Textarea
        data-autofocus
        label={t`Note for its owner`}
        description={t`Needed when the answer is no.`}
        autosize
        minRows={2}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={note.trim() === ''}
          loading={decide.isPending && decide.variables === false}
          onClick={() => decide.mutate(false)}
        >
          {isReview ? <Trans>Refuse</Trans> : <Trans>It came back</Trans>}
        </Button>
        <Button loading={decide.isPending && decide.variables === true} onClick={() => decide.mutate(true)}>
          {isReview ? <Trans>Approve</Trans> : <Trans>It was paid</Trans>}
        </Button>
      </Group>
    </Stack>
  )
}
