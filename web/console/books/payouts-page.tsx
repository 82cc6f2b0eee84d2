import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Modal, Text } from '@mantine/core'
import { useState } from 'react'
import { api, must } from '../../client/index.ts'
import { Go } from '../../kit/desk.tsx'
import { dateTime, money, pick, useLocale } from '../../kit/index.ts'
import { Listing, Page, usePages } from '../listing.tsx'
import css from '../orders/order.module.css'
import type { Payout } from '../types.ts'

export function PayoutsPage() {
  const { t } = useLingui()
  useLocale()
  const [shown, setShown] = useState<Payout | null>(null)
  const pages = usePages<Payout>(['payouts'], (query, signal) =>
    must(api.GET('/api/v1/payouts', { params: { query }, signal })),
  )
  const states = { closed: t`closed`, paid: t`paid`, failed: t`failed` }
  return (
    <Page title={t`Payouts`} lead={t`Every payout explains itself line by line.`}>
      <Listing
        label={t`Payouts`}
        pages={pages}
        keyOf={(payout) => payout.id}
        empty={<Trans>Nothing was paid out yet.</Trans>}
        emptyStep={
          <Text size="sm" c="dimmed">
            <Trans>Creators ask for a payout in the studio, once earnings are available.</Trans>
          </Text>
        }
        columns={[
          { name: t`Payout`, cell: (payout) => <b>{payout.number}</b> },
          { name: t`To`, cell: (payout) => payout.partyName },
          {
            name: t`State`,
            cell: (payout) => (
              <Badge
                variant="light"
                tt="none"
                color={payout.state === 'paid' ? 'green' : payout.state === 'failed' ? 'red' : 'blue'}
              >
                {states[payout.state]}
              </Badge>
            ),
          },
          { name: t`Closed`, wideOnly: true, figures: true, cell: (payout) => dateTime(payout.closedAt) },
          { name: t`Amount`, figures: true, cell: (payout) => money(payout.amountMinor, payout.currency) },
          {
            name: <span className="visually-hidden">{t`Actions`}</span>,
            figures: true,
            cell: (payout) => (
              <Button
                size="xs"
                variant="default"
                aria-label={t`Lines of ${payout.number}`}
                onClick={() => setShown(payout)}
              >
                <Trans>Lines</Trans>
              </Button>
            ),
          },
        ]}
      />
      <Modal
        opened={shown !== null}
        onClose={() => setShown(null)}
        title={shown ? t`Payout ${shown.number}` : ''}
        size="lg"
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        {shown && (
          <dl className={css['sum']}>
            {shown.lines.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a closed payout never changes.
              <div key={index}>
                <dt>
                  {pick(line.sentence)}{' '}
                  {line.orderId && (
                    <Go to="/orders/$id" params={{ id: line.orderId }}>
                      {line.orderNumber}
                    </Go>
                  )}
                </dt>
                <dd className="tabular">{money(line.amountMinor, shown.currency)}</dd>
              </div>
            ))}
            <div data-kind="total">
              <dt>
                <Trans>Together</Trans>
              </dt>
              <dd className="tabular">{money(shown.amountMinor, shown.currency)}</dd>
            </div>
          </dl>
        )}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setShown(null)}>
            <Trans>Close</Trans>
          </Button>
        </Group>
      </Modal>
    </Page>
  )
}
