import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, key, must, newId, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, money, Picture, pick, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { StateBadge } from '../badge.tsx'
import { FilterChips, Listing, Page, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { given } from '../queries.ts'
import type { AfterSale } from '../types.ts'
import { afterSaleKindWords, afterSaleWords } from '../words.ts'

/** Wishes for money back. What waits is decided here; silence decides for the buyer. */
export function AfterSalesPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters] = useFilters()
  const [open, setOpen] = useState<AfterSale | null>(null)
  const wanted = given({ state: filters['state'] as AfterSale['state'] | undefined })
  const pages = usePages<AfterSale>(
    ['after-sales', wanted],
    (query, signal) => must(api.GET('/api/v1/after-sales', { params: { query: { ...query, ...wanted } }, signal })),
    { refetchMs: 15_000 },
  )
  const mayDecide = mayDo(me?.roles ?? [], ['support', 'operations', 'admin'])
  return (
    <Page title={t`After-sales`} lead={t`Who is not answered within 3 days has his way.`}>
      <FilterChips
        label={t`State`}
        name="state"
        options={Object.entries(afterSaleWords).map(([value, words]) => ({ value, label: t(words.name) }))}
      />
      <Listing
        label={t`After-sales`}
        pages={pages}
        keyOf={(wish) => wish.id}
        empty={<Trans>Nobody asks for money back.</Trans>}
        columns={[
          {
            name: t`Order`,
            cell: (wish) => (
              <Go to="/orders/$id" params={{ id: wish.orderId }}>
                {wish.orderNumber}
              </Go>
            ),
          },
          { name: t`State`, cell: (wish) => <StateBadge words={afterSaleWords[wish.state]} /> },
          { name: t`Buyer`, wideOnly: true, cell: (wish) => wish.buyerName },
          { name: t`Wants`, wideOnly: true, cell: (wish) => t(afterSaleKindWords[wish.kind]) },
          {
            name: t`Reason`,
            wideOnly: true,
            cell: (wish) => (
              <Text size="sm" lineClamp={2}>
                {wish.reason}
              </Text>
            ),
          },
          {
            name: t`Amount`,
            figures: true,
            cell: (wish) => (wish.amountMinor === 0 ? '–' : money(wish.amountMinor, wish.currency)),
          },
          { name: t`Asked`, wideOnly: true, figures: true, cell: (wish) => dateTime(wish.askedAt) },
          ...(mayDecide
            ? [
                {
                  name: <span className="visually-hidden">{t`Actions`}</span>,
                  figures: true,
                  cell: (wish: AfterSale) =>
                    wish.state === 'asked' && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={t`Decide the wish of order ${wish.orderNumber}`}
                        onClick={() => setOpen(wish)}
                      >
                        <Trans>Decide</Trans>
                      </Button>
                    ),
                },
              ]
            : []),
        ]}
      />
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open ? t`Order ${open.orderNumber}` : ''}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {open && <Decide wish={open} onDone={() => setOpen(null)} />}
      </Modal>
    </Page>
  )
}

function Decide({ wish, onDone }: { wish: AfterSale; onDone: () => void }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const [answer, setAnswer] = useState('')
  const [intentId, setIntentId] = useState(newId)
  const order = useQuery({
    queryKey: ['order', wish.orderId],
    queryFn: () => must(api.GET('/api/v1/orders/{id}', { params: { path: { id: wish.orderId } } })),
  }).data?.order
  const decide = useMutation({
    mutationFn: (decision: 'approved' | 'refused') =>
      must(
        api.POST('/api/v1/orders/{id}/after-sales/{afterSaleId}/decisions', {
          params: { path: { id: wish.orderId, afterSaleId: wish.id }, ...key(intentId) },
          body: { decision, answer: answer.trim() },
        }),
      ),
    onSuccess: (_reply, decision) => {
      toast(decision === 'approved' ? t`Approved.` : t`Refused: the buyer reads your answer.`, 'good')
      for (const name of ['after-sales', 'order', 'orders']) void queries.invalidateQueries({ queryKey: [name] })
      onDone()
    },
    onError: (error) => toast(wordsOf(error), 'bad'),
    onSettled: () => setIntentId(newId()),
  })
  return (
    <Stack>
      <Text size="sm">
        <b>{t(afterSaleKindWords[wish.kind])}</b> “{wish.reason}”
      </Text>
      {order === undefined ? (
        <Skeleton height={80} />
      ) : (
        wish.lines.map(({ no, amountMinor, units }) => {
          const line = order.lines.find((each) => each.no === no)
          return (
            line && (
              <Group key={no} gap="sm" wrap="nowrap" justify="space-between">
                <Group gap="sm" wrap="nowrap">
                  <Picture picture={line.picture} alt="" className="thumb" />
                  <Text size="sm" lineClamp={2}>
                    {pick(line.title)} × {units ?? line.units}
                  </Text>
                </Group>
                <Text size="sm" className="tabular" ta="right">
                  {amountMinor === 0 ? '–' : money(amountMinor, wish.currency)}
                  <Text span size="xs" c="dimmed" display="block">
                    <Trans>of {money(line.payMinor, wish.currency)}</Trans>
                  </Text>
                </Text>
              </Group>
            )
          )
        })
      )}
      <Textarea
        data-autofocus
        label={t`Answer to the buyer`}
        description={t`Needed when you refuse.`}
        autosize
        minRows={2}
        maxLength={500}
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={answer.trim() === ''}
          loading={decide.isPending && decide.variables === 'refused'}
          onClick={() => decide.mutate('refused')}
        >
          <Trans>Refuse</Trans>
        </Button>
        <Button loading={decide.isPending && decide.variables === 'approved'} onClick={() => decide.mutate('approved')}>
          {wish.kind === 'refundOnly' ? (
            <Trans>Give {money(wish.amountMinor, wish.currency)} back</Trans>
          ) : wish.kind === 'resend' ? (
            <Trans>Send it again</Trans>
          ) : (
            <Trans>Let it come back</Trans>
          )}
        </Button>
      </Group>
    </Stack>
  )
}
