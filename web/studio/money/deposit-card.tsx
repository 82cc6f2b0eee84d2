import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, NumberInput, Paper, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, intent, must, newId } from '../../client/index.ts'
import { dateTime, decimalOf, minorOf, money, toast, wordsOf } from '../../kit/index.ts'

/** What I, or my shop, have left with the platform: what is asked for, what came and went. Nothing is shown where nothing is asked. */
export function DepositCard({ of }: { of: 'creator' | 'shop' }) {
  const { t } = useLingui()
  const queries = useQueryClient()
  const queryKey = ['deposit', of]
  const { data } = useQuery({
    queryKey,
    staleTime: 1_000,
    queryFn: () => must(api.GET('/api/v1/studio/deposit', { params: { query: { of, limit: 10 } } })),
  })
  const [id, setId] = useState(() => newId())
  const [amount, setAmount] = useState<string | number>('')
  const settle = {
    onSuccess: () => {
      toast(t`Saved.`, 'good')
      setAmount('')
    },
    onError: (error: unknown) => toast(wordsOf(error), 'bad'),
    onSettled: () => {
      setId(newId())
      for (const key of [queryKey, ['gate'], ['earnings'], ['shop']]) void queries.invalidateQueries({ queryKey: key })
    },
  }
  const missingMinor = data?.deposit.missingMinor ?? 0
  const amountMinor = amount === '' ? missingMinor : (minorOf(String(amount)) ?? 0)
  const topUp = useMutation({
    mutationFn: () =>
      must(api.POST('/api/v1/studio/deposit/top-ups', { ...intent(id), body: { id, of, amountMinor } })),
    ...settle,
  })
  const giveBack = useMutation({
    mutationFn: () => must(api.POST('/api/v1/studio/deposit/returns', { ...intent(id), body: { id, of } })),
    ...settle,
  })
  if (data === undefined) return null
  const { deposit, movements } = data
  if (deposit.neededMinor === 0 && deposit.heldMinor === 0 && movements.items.length === 0) return null
  const { currency } = deposit
  const names = { top_up: t`Topped up`, charge: t`Charged`, return: t`Given back` }
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h5" mb="xs">
        <Trans>Deposit</Trans>
      </Title>
      <Text size="sm">
        <Trans>
          {money(deposit.heldMinor, currency)} held, {money(deposit.neededMinor, currency)} asked for.
        </Trans>
      </Text>
      {missingMinor > 0 && (
        <Text size="sm" c="var(--accent-text)" fw={600}>
          {of === 'creator' ? (
            <Trans>{money(missingMinor, currency)} are missing before you may go live.</Trans>
          ) : (
            <Trans>{money(missingMinor, currency)} are missing before your shop may sell.</Trans>
          )}
        </Text>
      )}
      <Group align="flex-end" gap="xs" my="sm">
        {!deposit.hasLeft && (
          <>
            <NumberInput
              label={t`From my wallet`}
              decimalScale={2}
              min={0}
              hideControls
              w={160}
              placeholder={decimalOf(missingMinor)}
              value={amount}
              onChange={setAmount}
            />
            <Button loading={topUp.isPending} disabled={amountMinor <= 0} onClick={() => topUp.mutate()}>
              <Trans>Top up</Trans>
            </Button>
          </>
        )}
        {deposit.hasLeft && (
          <Button
            variant="default"
            loading={giveBack.isPending}
            disabled={deposit.heldMinor === 0}
            onClick={() => giveBack.mutate()}
          >
            <Trans>Get it back</Trans>
          </Button>
        )}
      </Group>
      <dl className="sums">
        {movements.items.map((movement) => (
          <div key={movement.id}>
            <dt>
              <Text size="sm">{names[movement.kind]}</Text>
              <Text size="xs" c="dimmed">
                {dateTime(movement.at)}
                {movement.kind === 'charge' && ` · ${movement.reason}`}
              </Text>
              {movement.owedMinor > 0 && (
                <Text size="xs">
                  <Trans>{money(movement.owedMinor, currency)} more are taken from what you earn</Trans>
                </Text>
              )}
            </dt>
            <dd className="tabular">{money(movement.amountMinor, currency)}</dd>
          </div>
        ))}
      </dl>
    </Paper>
  )
}
