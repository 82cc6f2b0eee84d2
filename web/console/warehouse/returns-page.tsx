import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, must, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, money, Picture, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { StateBadge } from '../badge.tsx'
import { FilterChips, Listing, Page, SearchField, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { given } from '../queries.ts'
import type { Return } from '../types.ts'
import { gradeWords, returnWords } from '../words.ts'

type Grade = Return['lines'][number]['gradings'][number]['grade']
const grades: readonly Grade[] = ['restock', 'refurbish', 'scrap', 'rejected']

/**
 * Goods that come back. Scan the number on the parcel (ours or the carrier's), say how each unit arrived, and the rest follows:
 * the shelf, the books, the buyer's money.
 */
export function ReturnsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters] = useFilters()
  const [open, setOpen] = useState<Return | null>(null)
  const wanted = given({ state: filters['state'] as Return['state'] | undefined, q: filters['q'] })
  const pages = usePages<Return>(
    ['returns', wanted],
    (query, signal) => must(api.GET('/api/v1/returns', { params: { query: { ...query, ...wanted } }, signal })),
    { refetchMs: 15_000 },
  )
  const mayGrade = mayDo(me?.roles ?? [], ['warehouse', 'operations', 'admin'])
  // A scanned number that is one return opens it at once.
  const only = filters['q'] && pages.data?.length === 1 && !pages.isPlaceholderData ? pages.data[0] : undefined
  useEffect(() => {
    if (mayGrade && only !== undefined && (only.state === 'expected' || only.state === 'sent')) setOpen(only)
  }, [mayGrade, only])
  return (
    <Page title={t`Returns`} lead={t`Scan the number on the parcel, and say how each thing arrived.`}>
      <Group gap="xs">
        <SearchField label={t`Number of the return, the order or the carrier`} />
      </Group>
      <FilterChips
        label={t`State`}
        name="state"
        options={Object.entries(returnWords).map(([value, words]) => ({ value, label: t(words.name) }))}
      />
      <Listing
        label={t`Returns`}
        pages={pages}
        keyOf={(each) => each.id}
        empty={<Trans>Nothing is on its way back.</Trans>}
        columns={[
          { name: t`Return`, cell: (each) => <b className="tabular">{each.number}</b> },
          { name: t`State`, cell: (each) => <StateBadge words={returnWords[each.state]} /> },
          {
            name: t`Order`,
            cell: (each) => (
              <Go to="/orders/$id" params={{ id: each.orderId }}>
                {each.orderNumber}
              </Go>
            ),
          },
          {
            name: t`Goods`,
            wideOnly: true,
            cell: (each) => (
              <Text size="sm" lineClamp={2}>
                {each.lines.map((line) => `${pick(line.title)} × ${line.units}`).join(', ')}
              </Text>
            ),
          },
          { name: t`Carrier's number`, wideOnly: true, cell: (each) => each.waybill ?? '–' },
          { name: t`Send by`, wideOnly: true, figures: true, cell: (each) => dateTime(each.sendBy) },
          {
            name: <span className="visually-hidden">{t`Actions`}</span>,
            figures: true,
            cell: (each: Return) =>
              (mayGrade || each.state === 'graded') && (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={t`Open return ${each.number}`}
                  onClick={() => setOpen(each)}
                >
                  {each.state === 'graded' ? <Trans>Look</Trans> : <Trans>Grade</Trans>}
                </Button>
              ),
          },
        ]}
      />
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        size="lg"
        title={open ? t`Return ${open.number}` : ''}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {open &&
          (open.state === 'graded' || open.state === 'lapsed' ? (
            <Graded of={open} mayFinish={mayGrade} onChange={setOpen} />
          ) : (
            <Grading of={open} onDone={() => setOpen(null)} />
          ))}
      </Modal>
    </Page>
  )
}

/** Every unit is as new until somebody says otherwise; what is taken from one grade goes to another. */
function Grading({ of, onDone }: { of: Return; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [counts, setCounts] = useState<Record<string, number>>(() =>
    Object.fromEntries(of.lines.map((line) => [`${line.lineNo} restock`, line.units])),
  )
  const unitsOf = (lineNo: number, grade: Grade) => counts[`${lineNo} ${grade}`] ?? 0
  const gradings = of.lines.flatMap(({ lineNo }) =>
    grades.flatMap((grade) => {
      const units = unitsOf(lineNo, grade)
      return units > 0 ? [{ lineNo, grade, units }] : []
    }),
  )
  const isWhole = of.lines.every(
    ({ lineNo, units }) => grades.reduce((sum, grade) => sum + unitsOf(lineNo, grade), 0) === units,
  )
  const send = useMutation({
    mutationFn: () =>
      must(api.POST('/api/v1/returns/{id}/gradings', { params: { path: { id: of.id } }, body: { gradings } })),
    onSuccess() {
      toast(t`Graded. The buyer hears of it.`, 'good')
      for (const name of ['returns', 'after-sales', 'stock', 'order']) {
        void queries.invalidateQueries({ queryKey: [name] })
      }
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <Stack>
      {of.lines.map((line) => (
        <Stack key={line.lineNo} gap="xs">
          <Group gap="sm" wrap="nowrap">
            <Picture picture={line.picture} alt="" className="thumb" />
            <div>
              <Text size="sm" fw={600}>
                {pick(line.title)} × {line.units}
              </Text>
              <Text size="xs" c="dimmed">
                {pick(line.label)} · {line.barcode}
              </Text>
            </div>
          </Group>
          <Group gap="sm" grow align="flex-end">
            {grades.map((grade, index) => (
              <NumberInput
                key={grade}
                label={t(gradeWords[grade])}
                data-autofocus={index === 0 && line === of.lines[0] ? true : undefined}
                min={0}
                max={line.units}
                value={unitsOf(line.lineNo, grade)}
                onChange={(value) => setCounts({ ...counts, [`${line.lineNo} ${grade}`]: Number(value) || 0 })}
              />
            ))}
          </Group>
        </Stack>
      ))}
      {gradings.some(({ grade }) => grade === 'rejected') && (
        <Alert color="orange">
          <Trans>Then the whole return is refused, and the goods go back to the buyer.</Trans>
        </Alert>
      )}
      <Group justify="flex-end">
        <Button loading={send.isPending} disabled={!isWhole} onClick={() => send.mutate()}>
          <Trans>It arrived like this</Trans>
        </Button>
      </Group>
    </Stack>
  )
}

/** How it arrived; what was to be made good is finished here. */
function Graded({ of, mayFinish, onChange }: { of: Return; mayFinish: boolean; onChange: (next: Return) => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const finish = useMutation({
    mutationFn: (body: { lineNo: number; became: 'restock' | 'scrap' }) =>
      must(api.POST('/api/v1/returns/{id}/refurbishings', { params: { path: { id: of.id } }, body })),
    onSuccess(answer) {
      for (const name of ['returns', 'stock']) void queries.invalidateQueries({ queryKey: [name] })
      onChange(answer.return)
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
  })
  return (
    <Stack>
      {of.lines.flatMap((line) =>
        line.gradings.map((grading) => (
          <Group key={`${line.lineNo} ${grading.grade}`} justify="space-between" wrap="nowrap">
            <Text size="sm">
              {pick(line.title)} × {grading.units}: <b>{t(gradeWords[grading.grade])}</b>
              {grading.became === 'restock' && ` → ${t`on the shelf`}`}
              {grading.became === 'scrap' && ` → ${t`not worth it`}`}
            </Text>
            {mayFinish && grading.grade === 'refurbish' && grading.became === null ? (
              <Group gap="xs" wrap="nowrap">
                {(['restock', 'scrap'] as const).map((became) => (
                  <Button
                    key={became}
                    size="xs"
                    variant="default"
                    loading={finish.isPending && finish.variables.became === became}
                    onClick={() => finish.mutate({ lineNo: line.lineNo, became })}
                  >
                    {became === 'restock' ? <Trans>Good again</Trans> : <Trans>Not worth it</Trans>}
                  </Button>
                ))}
              </Group>
            ) : (
              <Text size="sm" className="tabular" c="dimmed">
                {money(grading.costMinor, of.currency)}
              </Text>
            )}
          </Group>
        )),
      )}
      {of.state === 'lapsed' && (
        <Text size="sm">
          <Trans>Nothing was sent back in time.</Trans>
        </Text>
      )}
    </Stack>
  )
}
