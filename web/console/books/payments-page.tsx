import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Badge, Button, Group, Modal, NumberInput, Paper, Select, Stack, Text, Timeline } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { api, must, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, ErrorState, money, pick, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { FilterChips, Listing, Page, SkeletonRows, usePages } from '../listing.tsx'
import { mayDo } from '../places.ts'
import { given } from '../queries.ts'
import type { PaymentRow, SandboxSwitch } from '../types.ts'

type State = PaymentRow['state']
const colours: Record<State, string> = { pending: 'yellow', succeeded: 'green', failed: 'gray' }

/** Money from outside: where each payment stands, how we know, and what of it went back. */
export function PaymentsPage() {
  const { t } = useLingui()
  useLocale()
  const { me, platform } = useSession()
  const [filters] = useFilters()
  const [open, setOpen] = useState<string | null>(null)
  const wanted = given({ state: filters['state'] as State | undefined })
  const pages = usePages<PaymentRow>(
    ['payments', wanted],
    (query, signal) => must(api.GET('/api/v1/payments', { params: { query: { ...query, ...wanted } }, signal })),
    { refetchMs: 15_000 },
  )
  const states = { pending: t`not known yet`, succeeded: t`arrived`, failed: t`came to nothing` }
  const isSandbox = platform !== undefined && platform.mode !== 'live'
  return (
    <Page title={t`Payments`} lead={t`What buyers pay through providers, and how each of them ended.`}>
      {isSandbox && mayDo(me?.roles ?? [], ['operations', 'finance', 'admin']) && <Switches />}
      <FilterChips
        label={t`State`}
        name="state"
        options={Object.entries(states).map(([value, label]) => ({ value, label }))}
      />
      <Listing
        label={t`Payments`}
        pages={pages}
        keyOf={(payment) => payment.id}
        empty={<Trans>No payments of this kind.</Trans>}
        columns={[
          { name: t`Asked`, figures: true, cell: (payment) => dateTime(payment.requestedAt) },
          { name: t`Payer`, cell: (payment) => payment.personName },
          { name: t`Through`, wideOnly: true, cell: (payment) => pick(payment.providerName) },
          {
            name: t`For`,
            wideOnly: true,
            cell: (payment) =>
              payment.groupId === null ? (
                <Trans>Top-up</Trans>
              ) : (
                <Go to="/orders/$id" params={{ id: payment.groupId }}>
                  <Trans>Order</Trans>
                </Go>
              ),
          },
          {
            name: t`State`,
            cell: (payment) => (
              <Badge variant="light" tt="none" color={colours[payment.state]}>
                {states[payment.state]}
              </Badge>
            ),
          },
          { name: t`Amount`, figures: true, cell: (payment) => money(payment.amountMinor, payment.currency) },
          {
            name: t`Given back`,
            figures: true,
            wideOnly: true,
            cell: (payment) => payment.refundedMinor > 0 && money(payment.refundedMinor, payment.currency),
          },
          {
            name: <span className="visually-hidden">{t`Actions`}</span>,
            figures: true,
            cell: (payment) => (
              <Button
                size="xs"
                variant="default"
                aria-label={t`What happened to ${payment.personName}, ${money(payment.amountMinor, payment.currency)}`}
                onClick={() => setOpen(payment.id)}
              >
                <Trans>What happened</Trans>
              </Button>
            ),
          },
        ]}
      />
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={t`What happened to this payment`}
        size="lg"
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {open !== null && <Story id={open} />}
      </Modal>
    </Page>
  )
}

/** All that we learned of a payment, in order; whoever does not want to wait asks the provider. */
function Story({ id }: { id: string }) {
  const { t } = useLingui()
  const { me } = useSession()
  const queries = useQueryClient()
  const key = ['payment', id]
  const { data, error, refetch } = useQuery({
    queryKey: key,
    refetchInterval: 10_000,
    queryFn: () => must(api.GET('/api/v1/payments/{id}', { params: { path: { id } } })),
  })
  const ask = useMutation({
    mutationFn: () => must(api.POST('/api/v1/payments/{id}/questions', { params: { path: { id } } })),
    onSuccess(reply) {
      queries.setQueryData(key, reply)
      void queries.invalidateQueries({ queryKey: ['payments'] })
    },
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  const words: Record<string, string> = {
    opened: t`We asked for it`,
    answered: t`The provider answered`,
    no_answer: t`The provider did not answer`,
    asked: t`We asked what became of it`,
    message: t`The provider told us`,
    succeeded: t`It arrived`,
    failed: t`It came to nothing`,
    used: t`It paid for its orders`,
    not_used: t`Nothing was left to pay for with it`,
    refund_requested: t`Money goes back`,
    refund_succeeded: t`The money is back at its source`,
    refund_failed: t`The source would not take it: it is in the wallet`,
  }
  const outcomes: Record<string, string> = { succeeded: t`yes`, failed: t`no`, pending: t`not yet` }
  if (data === undefined) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonRows />
  const { payment, steps } = data
  const isOpen = payment.state === 'pending' || payment.refunds.some(({ state }) => state === 'requested')
  return (
    <Stack>
      <Group justify="space-between">
        <div>
          <Text fw={650}>
            {payment.personName} · {money(payment.amountMinor, payment.currency)}
          </Text>
          <Text size="sm" c="dimmed">
            {pick(payment.providerName)}
            {payment.holdMinor > 0 && (
              <>
                {' · '}
                <Trans>{money(payment.holdMinor, payment.currency)} of the wallet waits with it</Trans>
              </>
            )}
          </Text>
        </div>
        {isOpen && mayDo(me?.roles ?? [], ['finance', 'admin', 'support']) && (
          <Button
            leftSection={<RefreshCw size={16} aria-hidden="true" />}
            loading={ask.isPending}
            onClick={() => ask.mutate()}
          >
            <Trans>Ask the provider now</Trans>
          </Button>
        )}
      </Group>
      <Timeline bulletSize={14} lineWidth={2} active={steps.length}>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what happened is only ever added to.
          <Timeline.Item key={index} title={words[step.kind] ?? step.kind}>
            <Text size="sm" c="dimmed" className="tabular">
              {dateTime(step.at)}
              {step.note && ` · ${noteOf(step, outcomes, payment.currency)}`}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
      {payment.state === 'succeeded' && (
        <Text size="sm" c="dimmed">
          {payment.settledAt === null ? (
            <Trans>The provider has not paid it to us yet: its statement will say so.</Trans>
          ) : (
            <Trans>
              Paid to us on {dateTime(payment.settledAt)}, less a fee of{' '}
              {money(payment.feeMinor ?? 0, payment.currency)}.
            </Trans>
          )}
        </Text>
      )}
    </Stack>
  )
}

function noteOf(step: { kind: string; note: string }, outcomes: Record<string, string>, currency: string): string {
  if (step.kind === 'refund_requested' && /^\d+$/.test(step.note)) return money(Number(step.note), currency)
  return outcomes[step.note] ?? step.note
}

/** What the sandbox provider is told to do with what comes next, so that each kind of bad day can be seen. */
function Switches() {
  const { t } = useLingui()
  const queries = useQueryClient()
  const key = ['sandbox-payments']
  const { data } = useQuery({ queryKey: key, queryFn: () => must(api.GET('/api/v1/sandbox/payments')) })
  const [what, setWhat] = useState<SandboxSwitch['what']>('payment')
  const [behaviour, setBehaviour] = useState<SandboxSwitch['behaviour']>('delay')
  const [times, setTimes] = useState<number | string>(1)
  const tell = useMutation({
    mutationFn: (body: SandboxSwitch) => must(api.POST('/api/v1/sandbox/payments', { body })),
    onSuccess: (reply) => queries.setQueryData(key, reply),
    onError: (problem) => toast(wordsOf(problem), 'bad'),
  })
  const things = { payment: t`payments`, refund: t`refunds`, payout: t`payouts` }
  const behaviours = {
    decline: t`are declined`,
    delay: t`are answered half a minute later`,
    repeat: t`are answered late, and three times`,
    lose_answer: t`happen, but the answer is lost`,
    delay_decline: t`are declined half a minute later`,
    reorder: t`are answered in the wrong order`,
    lose_request: t`never reach the provider`,
  }
  const told = (data?.switches ?? []).filter((each) => each.times > 0)
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Text fw={600}>
          <Trans>Sandbox provider: what happens next</Trans>
        </Text>
        <Group align="flex-end" gap="sm">
          <NumberInput
            label={t`The next`}
            w={90}
            min={0}
            max={1_000}
            allowDecimal={false}
            value={times}
            onChange={setTimes}
          />
          <Select
            label={t`of`}
            w={150}
            allowDeselect={false}
            data={Object.entries(things).map(([value, label]) => ({ value, label }))}
            value={what}
            onChange={(value) => setWhat((value ?? 'payment') as typeof what)}
          />
          <Select
            label={t`Behaviour`}
            w={280}
            allowDeselect={false}
            data={Object.entries(behaviours).map(([value, label]) => ({ value, label }))}
            value={behaviour}
            onChange={(value) => setBehaviour((value ?? 'delay') as typeof behaviour)}
          />
          <Button
            loading={tell.isPending}
            disabled={typeof times !== 'number'}
            onClick={() => tell.mutate({ what, behaviour, times: Number(times) })}
          >
            <Trans>Tell it</Trans>
          </Button>
        </Group>
        {told.map((each) => (
          <Alert key={each.what} variant="light" color="yellow" py={6}>
            <Trans>
              The next {each.times} {things[each.what]} {behaviours[each.behaviour]}.
            </Trans>
          </Alert>
        ))}
      </Stack>
    </Paper>
  )
}
