import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, NativeSelect, NumberInput, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, intent, must, newId, useSession } from '../../client/index.ts'
import { Go, useFilters } from '../../kit/desk.tsx'
import { dateTime, ErrorState, minorOf, money, Skeleton, toast, useLocale, wordsOf } from '../../kit/index.ts'
import { Page, SearchField } from '../listing.tsx'
import css from '../orders/order.module.css'
import { mayDo } from '../places.ts'
import { clockQuery } from '../queries.ts'

type Kind = 'creator' | 'shop'

/** What creators and shops must leave with us, and what each has; a charge takes from it with a reason. */
export function DepositsPage() {
  const { t } = useLingui()
  useLocale()
  const { me } = useSession()
  const [filters, setFilters] = useFilters()
  const kind: Kind = filters['kind'] === 'shop' ? 'shop' : 'creator'
  const party = filters['party'] ?? ''
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(party)
  return (
    <Page title={t`Deposits`} lead={t`Held against what creators and shops may have to answer for.`}>
      <Levels mayChange={mayDo(me?.roles ?? [], ['finance', 'admin'])} />
      <Group gap="xs" align="flex-end">
        <NativeSelect
          aria-label={t`Of whom`}
          value={kind}
          data={[
            { value: 'creator', label: t`Creator` },
            { value: 'shop', label: t`Shop` },
          ]}
          onChange={(event) => setFilters({ kind: event.currentTarget.value })}
        />
        <SearchField name="party" label={t`The id of the creator or the shop`} />
        <Button component={Go} to="/accounts" search={{ line: 'deposit:*' }} variant="default">
          <Trans>All deposits</Trans>
        </Button>
      </Group>
      {isId && (
        <Deposit
          key={`${kind} ${party}`}
          kind={kind}
          id={party}
          mayCharge={mayDo(me?.roles ?? [], ['finance', 'moderator', 'admin'])}
        />
      )}
    </Page>
  )
}

function Levels({ mayChange }: { mayChange: boolean }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const { data: clock } = useQuery(clockQuery)
  const { data, error, refetch } = useQuery({
    queryKey: ['deposit-levels'],
    queryFn: () => must(api.GET('/api/v1/deposit-levels')),
  })
  const [kind, setKind] = useState<Kind>('creator')
  const [amount, setAmount] = useState<string | number>('')
  const minorMin = minorOf(String(amount))
  const set = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/deposit-levels', {
          body: { kind, minorMin: minorMin ?? 0, effectiveFrom: clock?.now ?? '' },
        }),
      ),
    onSuccess: () => {
      toast(t`Saved.`, 'good')
      setAmount('')
    },
    onError: (failed) => toast(wordsOf(failed), 'bad'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['deposit-levels'] }),
  })
  if (data === undefined) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={140} />
  }
  const names = { creator: t`Creator`, shop: t`Shop` }
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h5" mb="xs">
        <Trans>What is asked for</Trans>
      </Title>
      <dl className={css['sum']}>
        {data.levels.map((level) => (
          <div key={`${level.kind} ${level.version}`}>
            <dt>
              {names[level.kind]} · {level.version}
              <Text size="xs" c="dimmed">
                <Trans>from {dateTime(level.effectiveFrom)}</Trans>
              </Text>
            </dt>
            <dd className="tabular">{money(level.minorMin, data.currency)}</dd>
          </div>
        ))}
      </dl>
      {mayChange && (
        <Group align="flex-end" gap="xs" mt="sm">
          <NativeSelect
            label={t`Of whom`}
            value={kind}
            data={[
              { value: 'creator', label: names.creator },
              { value: 'shop', label: names.shop },
            ]}
            onChange={(event) => setKind(event.currentTarget.value === 'shop' ? 'shop' : 'creator')}
          />
          <NumberInput
            label={t`Asked for from now on`}
            decimalScale={2}
            min={0}
            hideControls
            value={amount}
            onChange={setAmount}
          />
          <Button
            disabled={amount === '' || minorMin === null || clock === undefined}
            loading={set.isPending}
            onClick={() => set.mutate()}
          >
            <Trans>Set</Trans>
          </Button>
        </Group>
      )}
    </Paper>
  )
}

function Deposit({ kind, id, mayCharge }: { kind: Kind; id: string; mayCharge: boolean }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const queryKey = ['deposits', kind, id]
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: () =>
      must(api.GET('/api/v1/deposits/{kind}/{id}', { params: { path: { kind, id }, query: { limit: 50 } } })),
  })
  const [chargeId, setChargeId] = useState(() => newId())
  const [amount, setAmount] = useState<string | number>('')
  const [reason, setReason] = useState('')
  const [to, setTo] = useState<'penalty' | 'compensation'>('compensation')
  const amountMinor = minorOf(String(amount)) ?? 0
  const charge = useMutation({
    mutationFn: () =>
      must(
        api.POST('/api/v1/deposits/{kind}/{id}/charges', {
          ...intent(chargeId),
          params: { ...intent(chargeId).params, path: { kind, id } },
          body: { id: chargeId, amountMinor, to, reason: reason.trim(), violationId: null },
        }),
      ),
    onSuccess: () => {
      toast(t`Saved.`, 'good')
      setAmount('')
      setReason('')
    },
    onError: (failed) => toast(wordsOf(failed), 'bad'),
    onSettled: () => {
      setChargeId(newId())
      void queries.invalidateQueries({ queryKey })
    },
  })
  if (data === undefined) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton height={140} />
  }
  const { deposit, movements } = data
  const names = { top_up: t`Topped up`, charge: t`Charged`, return: t`Given back` }
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h5" mb="xs" data-row>
        <Go to="/account" search={{ account: `deposit:${id}` }}>
          <Trans>
            {money(deposit.heldMinor, deposit.currency)} held, {money(deposit.neededMinor, deposit.currency)} asked for
          </Trans>
        </Go>
      </Title>
      <dl className={css['sum']}>
        {movements.items.map((movement) => (
          <div key={movement.id}>
            <dt>
              {names[movement.kind]}
              <Text size="xs" c="dimmed">
                {dateTime(movement.at)}
                {movement.kind === 'charge' && ` · ${movement.reason}`}
              </Text>
              {movement.owedMinor > 0 && (
                <Text size="xs">
                  <Trans>{money(movement.owedMinor, movement.currency)} more from what is earned</Trans>
                </Text>
              )}
            </dt>
            <dd className="tabular">{money(movement.amountMinor, movement.currency)}</dd>
          </div>
        ))}
      </dl>
      {mayCharge && (
        <Stack gap="xs" mt="sm">
          <Group align="flex-end" gap="xs">
            <NumberInput label={t`Charge`} decimalScale={2} min={0} hideControls value={amount} onChange={setAmount} />
            <NativeSelect
              label={t`Goes to`}
              value={to}
              data={[
                { value: 'compensation', label: t`The fund for harmed buyers` },
                { value: 'penalty', label: t`Us, as a penalty` },
              ]}
              onChange={(event) => setTo(event.currentTarget.value === 'penalty' ? 'penalty' : 'compensation')}
            />
          </Group>
          <TextInput
            label={t`Reason, which its owner reads`}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group>
            <Button
              color="red"
              disabled={amountMinor <= 0 || reason.trim() === ''}
              loading={charge.isPending}
              onClick={() => charge.mutate()}
            >
              <Trans>Charge {money(amountMinor, deposit.currency)}</Trans>
            </Button>
          </Group>
        </Stack>
      )}
    </Paper>
  )
}
