import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Box, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Go, useParam } from '../../kit/desk.tsx'
import { dateTime, ErrorState, money, Picture, pick, useLocale } from '../../kit/index.ts'
import { useAccountName } from '../account-name.ts'
import { StateBadge } from '../badge.tsx'
import { Page, SkeletonRows } from '../listing.tsx'
import { orderQuery } from '../queries.ts'
import type { OrderPageData } from '../types.ts'
import { orderWords, parcelWords } from '../words.ts'
import { MoneyPicture } from './money-picture.tsx'
import css from './order.module.css'

/** All that is known of one purchase: what was agreed, where it is, and who gets which part of the money. */
export function OrderPage() {
  const { t } = useLingui()
  useLocale()
  const id = useParam('id')
  const { data, error, isPending, refetch } = useQuery(orderQuery(id))
  if (isPending) return <SkeletonRows />
  if (data === undefined) return <ErrorState error={error} onRetry={() => void refetch()} />
  const { order } = data
  return (
    <Page
      title={t`Order ${order.number}`}
      lead={
        <Group gap="xs" mt={4} component="span">
          <StateBadge words={orderWords[order.state]} />
          <span>{dateTime(order.placedAt)}</span>
          {order.roomTitle && <span>· {order.roomTitle}</span>}
        </Group>
      }
      action={
        <Button
          component={Go}
          to="/orders"
          variant="default"
          data-up
          leftSection={<ChevronLeft size={16} aria-hidden="true" />}
        >
          <Trans>All orders</Trans>
        </Button>
      }
    >
      <div className={css['columns']}>
        <Stack gap="md">
          <Section title={<Trans>What was bought</Trans>}>
            {order.lines.map((line) => (
              <Group key={line.no} id={`line-${line.no}`} className={css['line']} gap="sm" wrap="nowrap" py={6}>
                <Picture picture={line.picture} alt="" className="thumb" />
                <div style={{ flex: 1, minWidth: 0 }}>
                  <Text size="sm" fw={600}>
                    {pick(line.title)}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {pick(line.label)} · {line.units} × {money(line.unitPriceMinor, order.currency)}
                  </Text>
                </div>
                <Text size="sm" className="tabular">
                  {money(line.payMinor, order.currency)}
                </Text>
              </Group>
            ))}
          </Section>
          <Section title={<Trans>The price, explained</Trans>}>
            <Explanation data={data} />
          </Section>
          <Section title={<Trans>Where the money went</Trans>}>
            <MoneyPicture data={data} />
          </Section>
          <Section title={<Trans>Commission</Trans>}>
            <Commissions data={data} />
          </Section>
          <Section title={<Trans>Journals</Trans>}>
            <Journals data={data} />
          </Section>
        </Stack>
        <Stack gap="md">
          <Section title={<Trans>People</Trans>}>
            <dl className={css['facts']}>
              <dt>
                <Trans>Buyer</Trans>
              </dt>
              <dd>{order.buyerName}</dd>
              <dt>
                <Trans>Brought by</Trans>
              </dt>
              <dd>{order.creatorName ?? '–'}</dd>
              <dt>
                <Trans>Seller</Trans>
              </dt>
              <dd>{pick(order.sellerName)}</dd>
              <dt>
                <Trans>Ship to</Trans>
              </dt>
              <dd>
                {order.shipTo.recipient}, {order.shipTo.phone}
                <br />
                {order.shipTo.province} {order.shipTo.city} {order.shipTo.district} {order.shipTo.street}
              </dd>
            </dl>
          </Section>
          <Section title={<Trans>Parcels</Trans>}>
            <Parcels data={data} />
          </Section>
          <Section title={<Trans>Steps</Trans>}>
            <ol className={css['steps']}>
              {order.steps.map((step) => (
                <li key={`${step.step} ${step.at}`}>
                  <Text size="sm">{pick(step.sentence)}</Text>
                  <Text size="xs" c="dimmed">
                    {dateTime(step.at)}
                  </Text>
                </li>
              ))}
            </ol>
          </Section>
        </Stack>
      </div>
    </Page>
  )
}

function Section({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h5" mb="xs">
        {title}
      </Title>
      {children}
    </Paper>
  )
}

function Explanation({ data: { order } }: { data: OrderPageData }) {
  const { t } = useLingui()
  const parties = { platform: t`platform`, seller: t`seller`, creator: t`creator`, brand: t`brand` }
  return (
    <dl className={css['sum']}>
      {order.explanation.map((line) => (
        <div key={`${line.kind} ${line.name.en}`} data-kind={line.kind}>
          <dt>
            {pick(line.name)}
            {line.funders.length > 0 && (
              <Text size="xs" c="dimmed">
                <Trans>
                  paid by{' '}
                  {line.funders.map((funder) => `${parties[funder.party]} ${funder.basisPoints / 100} %`).join(', ')}
                </Trans>
              </Text>
            )}
          </dt>
          <dd className="tabular">{money(line.amountMinor, order.currency)}</dd>
        </div>
      ))}
    </dl>
  )
}

function Commissions({ data: { commissions, order } }: { data: OrderPageData }) {
  const { t } = useLingui()
  const states = {
    estimated: t`estimated`,
    pending: t`pending`,
    settled: t`settled`,
    ineligible: t`not due`,
    frozen: t`frozen`,
  }
  if (commissions.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>Nobody brought this order, so nobody gets commission.</Trans>
      </Text>
    )
  }
  return (
    <Box className={css['wide']} role="region" aria-label={t`Commission`} tabIndex={0}>
      <table className={css['table']}>
        <thead>
          <tr>
            <th scope="col">{t`Line`}</th>
            <th scope="col">{t`Party`}</th>
            <th scope="col" data-figures>{t`Of`}</th>
            <th scope="col" data-figures>{t`Rate`}</th>
            <th scope="col" data-figures>{t`Amount`}</th>
            <th scope="col">{t`State`}</th>
          </tr>
        </thead>
        <tbody>
          {commissions.map((each) => (
            <tr key={`${each.lineNo} ${each.party}`}>
              <td>{each.lineNo}</td>
              <td>
                {each.partyName}{' '}
                <Badge size="xs" variant="default" tt="none">
                  {each.party === 'creator' ? t`creator` : t`agency`}
                </Badge>
              </td>
              <td data-figures>{money(each.baseMinor, order.currency)}</td>
              <td data-figures>{each.basisPoints / 100} %</td>
              <td data-figures>{money(each.amountMinor, order.currency)}</td>
              <td title={each.reason}>
                {states[each.state]}
                {each.reason !== '' && (
                  <Text size="xs" c="dimmed">
                    {each.reason}
                  </Text>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Box>
  )
}

/** Who got what, journal by journal: each sums to zero. */
function Journals({ data: { journals, order } }: { data: OrderPageData }) {
  const { t } = useLingui()
  const nameOf = useAccountName()
  if (journals.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>Nothing is booked yet.</Trans>
      </Text>
    )
  }
  return (
    <Box className={css['wide']} role="region" aria-label={t`Journals`} tabIndex={0}>
      <table className={css['table']}>
        <thead>
          <tr>
            <th scope="col">{t`Journal`}</th>
            <th scope="col">{t`Account`}</th>
            <th scope="col" data-figures>{t`Debit`}</th>
            <th scope="col" data-figures>{t`Credit`}</th>
          </tr>
        </thead>
        {journals.map((journal) => (
          <tbody key={journal.id}>
            {journal.postings.map((posting, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a journal never changes.
              <tr key={index}>
                <td>
                  {index === 0 && (
                    <>
                      <b>
                        <Go to="/journals/$id" params={{ id: journal.id }} search={{ orderId: order.id }}>
                          {journal.kind}
                        </Go>
                      </b>
                      <Text size="xs" c="dimmed">
                        {dateTime(journal.at)}
                      </Text>
                    </>
                  )}
                </td>
                <td title={posting.account}>{nameOf(posting.account)}</td>
                <td data-figures>{posting.amountMinor > 0 ? money(posting.amountMinor, order.currency) : ''}</td>
                <td data-figures>{posting.amountMinor < 0 ? money(-posting.amountMinor, order.currency) : ''}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </Box>
  )
}

function Parcels({ data: { parcels } }: { data: OrderPageData }) {
  if (parcels.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        <Trans>Being prepared.</Trans>
      </Text>
    )
  }
  return (
    <Stack gap="sm">
      {parcels.map((parcel) => (
        <div key={parcel.id}>
          <Group gap="xs">
            <Go to="/parcels/$id" params={{ id: parcel.id }}>
              {parcel.number}
            </Go>
            <StateBadge words={parcelWords[parcel.state]} />
          </Group>
          <Text size="xs" c="dimmed">
            {parcel.warehouseCode} · {parcel.waybill ?? '–'}
          </Text>
          <ol className={css['steps']}>
            {parcel.tracks
              .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
              .map((track) => (
                <li key={`${track.state} ${track.at}`}>
                  <Text size="sm">{pick(track.sentence)}</Text>
                  <Text size="xs" c="dimmed">
                    {dateTime(track.at)} · {track.place}
                  </Text>
                </li>
              ))}
          </ol>
        </div>
      ))}
    </Stack>
  )
}
