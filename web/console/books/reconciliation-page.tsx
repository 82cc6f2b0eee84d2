import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, FileButton, Group, Modal, Progress, Stack, Text, Textarea, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ratioOf } from '#contract/money'
import { api, must, useSession } from '../../client/index.ts'
import { useFilters } from '../../kit/desk.tsx'
import { count, dateTime, money, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { FilterChips, Listing, Page, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { given } from '../queries.ts'
import type { BreakRow, StatementRow } from '../types.ts'

const stateColours: Record<BreakRow['state'], string> = { open: 'red', explained: 'blue', resolved: 'green' }

/** The providers' statements beside our payments: what matches, what stands on one side only, and why. */
export function ReconciliationPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const queries = useQueryClient()
  const [filters] = useFilters()
  const [open, setOpen] = useState<BreakRow | null>(null)
  const wanted = given({ state: filters['state'] as BreakRow['state'] | undefined })
  const mayAct = mayDo(me?.roles ?? [], ['finance', 'admin'])
  const reload = () => {
    for (const name of ['statements', 'breaks']) void queries.invalidateQueries({ queryKey: [name] })
  }
  const statements = usePages<StatementRow>(['statements'], (query, signal) =>
    must(api.GET('/api/v1/reconciliation/statements', { params: { query }, signal })),
  )
  const breaks = usePages<BreakRow>(['breaks', wanted], (query, signal) =>
    must(api.GET('/api/v1/reconciliation/breaks', { params: { query: { ...query, ...wanted } }, signal })),
  )
  const run = useMutation({
    mutationFn: () => must(api.POST('/api/v1/reconciliation/runs')),
    onSuccess({ statements: fetched, matched, openBreaks }) {
      toast(t`${fetched} statements fetched, ${matched} lines matched, ${openBreaks} breaks open.`, 'good')
      reload()
    },
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  const bring = useMutation({
    mutationFn: async (file: File) =>
      must(
        api.POST('/api/v1/reconciliation/statements', {
          body: { provider: providerOf(file.name), name: file.name.slice(0, 100), text: await file.text() },
        }),
      ),
    onSuccess({ statement, isNew }) {
      toast(isNew ? t`${statement.lines} lines taken.` : t`This file was taken before; nothing was added.`, 'good')
      run.mutate()
    },
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  const kinds: Record<BreakRow['kind'], string> = {
    unknown_to_us: t`we do not know it`,
    unknown_to_provider: t`no statement speaks of it`,
    amount_differs: t`the amounts differ`,
    fee_differs: t`the fee is another than agreed`,
    not_taken_by_us: t`they say it succeeded, we wait or gave it up`,
    twice: t`it stands there twice`,
  }
  const things = { payment: t`Payment`, refund: t`Refund`, payout: t`Payout` }
  const states = {
    open: t({ message: 'open', context: 'of a break in the books' }),
    explained: t`explained`,
    resolved: t`resolved`,
  }
  return (
    <Page
      title={t`Reconciliation`}
      lead={t`Each day's statement of each provider, line by line beside what we have.`}
      action={
        mayAct && (
          <>
            <FileButton accept=".csv,text/csv" onChange={(file) => file && bring.mutate(file)}>
              {(props) => (
                <Button {...props} variant="default" loading={bring.isPending}>
                  <Trans>Bring a statement</Trans>
                </Button>
              )}
            </FileButton>
            <Button loading={run.isPending} onClick={() => run.mutate()}>
              <Trans>Match now</Trans>
            </Button>
          </>
        )
      }
    >
      <Title order={2} size="h4">
        <Trans>Breaks</Trans>
      </Title>
      <FilterChips
        label={t`State`}
        name="state"
        options={Object.entries(states).map(([value, label]) => ({ value, label }))}
      />
      <Listing
        label={t`Breaks`}
        pages={breaks}
        keyOf={(each) => each.id}
        markOf={(each) => (each.state === 'open' ? 'bad' : undefined)}
        empty={<Trans>Both sides agree.</Trans>}
        columns={[
          {
            name: t`What`,
            cell: (each) => (
              <>
                <b>{things[each.about]}</b>
                <Text size="sm" c="dimmed">
                  {kinds[each.kind]}
                </Text>
              </>
            ),
          },
          {
            name: t`State`,
            cell: (each) => (
              <Badge variant="light" tt="none" color={stateColours[each.state]}>
                {states[each.state]}
              </Badge>
            ),
          },
          {
            name: t`Where`,
            wideOnly: true,
            cell: (each) =>
              each.statementName === null ? (
                each.provider
              ) : (
                <Trans>
                  {each.statementName}, line {each.lineNo}
                </Trans>
              ),
          },
          {
            name: t`Ours`,
            figures: true,
            cell: (each) => (each.oursMinor === null ? '–' : money(each.oursMinor, each.currency)),
          },
          {
            name: t`Theirs`,
            figures: true,
            cell: (each) => (each.theirsMinor === null ? '–' : money(each.theirsMinor, each.currency)),
          },
          { name: t`Found`, figures: true, wideOnly: true, cell: (each) => dateTime(each.foundAt) },
          {
            name: <span className="visually-hidden">{t`Actions`}</span>,
            figures: true,
            cell: (each) => (
              <Button
                size="xs"
                variant="default"
                aria-label={t`Note on ${each.reference}`}
                onClick={() => setOpen(each)}
              >
                <Trans>Note</Trans>
              </Button>
            ),
          },
        ]}
      />
      <Title order={2} size="h4">
        <Trans>Statements</Trans>
      </Title>
      <Listing
        label={t`Statements`}
        pages={statements}
        keyOf={(statement) => statement.id}
        empty={<Trans>No statement yet. A day's is fetched when the day is over.</Trans>}
        columns={[
          { name: t`Statement`, cell: (statement) => <b>{statement.name}</b> },
          {
            name: t`Matched`,
            cell: (statement) => {
              const share = statement.lines === 0 ? 100 : Math.floor(ratioOf(statement.matched, statement.lines) * 100)
              return (
                <Group gap="xs" wrap="nowrap">
                  <Progress
                    value={share}
                    w={90}
                    color={statement.broken > 0 ? 'red' : 'green'}
                    aria-label={t`${share} % matched`}
                  />
                  <Text size="sm" className="tabular">
                    {count(statement.matched)} / {count(statement.lines)}
                  </Text>
                </Group>
              )
            },
          },
          {
            name: t`Taken`,
            figures: true,
            wideOnly: true,
            cell: (statement) => money(statement.takenMinor, statement.currency),
          },
          {
            name: t`Given back`,
            figures: true,
            wideOnly: true,
            cell: (statement) => money(statement.givenBackMinor, statement.currency),
          },
          { name: t`Fees`, figures: true, cell: (statement) => money(statement.feesMinor, statement.currency) },
        ]}
      />
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open ? kinds[open.kind] : ''}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {open && <Explain found={open} mayAct={mayAct} onDone={() => setOpen(null)} />}
      </Modal>
    </Page>
  )
}

/** A file names its provider first: `stripe-2026-11-11.csv`. */
function providerOf(fileName: string): string {
  return /^[a-z]+/.exec(fileName.toLowerCase())?.[0] ?? 'unknown'
}

function Explain({ found, mayAct, onDone }: { found: BreakRow; mayAct: boolean; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [note, setNote] = useState(found.note)
  const explain = useMutation({
    mutationFn: (state: 'open' | 'explained') =>
      must(
        api.POST('/api/v1/reconciliation/breaks/{id}/explanations', {
          params: { path: { id: found.id } },
          body: { state, note: note.trim() },
        }),
      ),
    onSuccess() {
      void queries.invalidateQueries({ queryKey: ['breaks'] })
      onDone()
    },
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  const isClosed = found.state === 'resolved' || !mayAct
  return (
    <Stack>
      <Text size="sm" className="tabular" style={{ overflowWrap: 'anywhere' }}>
        {found.reference}
      </Text>
      <Textarea
        data-autofocus
        label={t`Why it is there`}
        autosize
        minRows={2}
        maxLength={500}
        readOnly={isClosed}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {!isClosed && (
        <Group justify="flex-end">
          {found.state === 'explained' && (
            <Button variant="default" loading={explain.isPending} onClick={() => explain.mutate('open')}>
              <Trans>Open it again</Trans>
            </Button>
          )}
          <Button disabled={note.trim() === ''} loading={explain.isPending} onClick={() => explain.mutate('explained')}>
            <Trans>Close with this note</Trans>
          </Button>
        </Group>
      )}
    </Stack>
  )
}
