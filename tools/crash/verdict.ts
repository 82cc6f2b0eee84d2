/** Compares what the buyers' side knows with what the database shows. */
import type { Database } from '#platform/database'
import type { Entry } from './ledger.ts'

export interface Verdict {
  /** Acknowledged, and not there. */
  lost: string[]
  /** There, but not all of it. */
  partial: string[]
  /** There more than once, or under another number than was told. */
  duplicated: string[]
  /** Refused, and there. */
  haunting: string[]
  /** Units that were sold and never existed. */
  oversold: string[]
  /** Of the unknown: how many had happened. */
  landed: number
  unknown: number
}

interface OrderFacts {
  id: string
  number: string | null
  state: string | null
  payMinor: number | null
  orders: number
  lines: number
  units: number
  paid: number
  paidMinor: number
  allocated: number
  returned: number
  released: number
}

const factsOfOrders = `select w.id,
    (select min(o.number) from orders.orders o where o.group_id = w.id)::text as "number",
    (select min(o.state) from orders.orders o where o.group_id = w.id) as "state",
    (select min(o.pay_minor) from orders.orders o where o.group_id = w.id) as "payMinor",
    (select count(*) from orders.orders o where o.group_id = w.id) as "orders",
    (select count(*) from orders.lines l where l.order_id = w.id) as "lines",
    (select coalesce(sum(units), 0) from orders.lines l where l.order_id = w.id)::bigint as "units",
    (select count(distinct p.journal_id) from ledger.postings p where p.order_id = w.id) as "paid",
    (select coalesce(sum(p.amount_minor), 0) from ledger.postings p where p.order_id = w.id)::bigint as "paidMinor",
    (select count(*) from orders.lines l join orders.orders o on o.id = l.order_id join warehouse.movements m
      on m.sku_id = l.sku_id and m.warehouse_id = l.warehouse_id and m.kind = 'allocated' and m.cause = 'batch:' || o.batch_id
      and m.units >= l.units where l.order_id = w.id) as "allocated",
    (select count(*) from ledger.journals j where j.order_id = w.id and j.kind = 'order.returned') as "returned",
    (select count(*) from orders.lines l join warehouse.movements m on m.sku_id = l.sku_id and m.kind = 'released'
      and m.cause = 'order:' || w.id || ':' || l.no where l.order_id = w.id) as "released"
  from unnest($1::uuid[]) as w (id)`

const factsOfTopUps = `select w.id, t.state, t.amount_minor as "amountMinor",
    (select count(*) from ledger.causes c where c.cause = 'wallet.topped_up:' || w.id) as "booked"
  from unnest($1::uuid[]) as w (id) left join payments.payments t on t.id = w.id`

const oversoldSkus = `select s.sku_id, sum(s.on_hand) as on_hand, sum(s.allocated) as allocated,
    (select coalesce(sum(l.units), 0) from orders.lines l join orders.orders o on o.id = l.order_id
      where l.sku_id = s.sku_id and o.state <> 'cancelled') as sold
  from warehouse.stock s group by s.sku_id
  having sum(s.allocated) > sum(s.on_hand) or (select coalesce(sum(l.units), 0) from orders.lines l
    join orders.orders o on o.id = l.order_id where l.sku_id = s.sku_id and o.state <> 'cancelled') > sum(s.on_hand)`

const idsPerQuery = 5_000

export async function judge(database: Pick<Database, 'pool'>, entries: readonly Entry[]): Promise<Verdict> {
  const verdict: Verdict = { lost: [], partial: [], duplicated: [], haunting: [], oversold: [], landed: 0, unknown: 0 }
  const orders = new Map<string, OrderFacts>()
  const orderIds = entries.flatMap(({ intent }) =>
    intent.kind === 'place' ? [intent.id] : intent.kind === 'cancel' ? [intent.orderId] : [],
  )
  for (const ids of chunks([...new Set(orderIds)])) {
    for (const row of (await database.pool.query<OrderFacts>(factsOfOrders, [ids])).rows) orders.set(row.id, row)
  }
  const topUps = new Map<string, { id: string; state: string | null; amountMinor: number | null; booked: number }>()
  const topUpIds = entries.flatMap(({ intent }) => (intent.kind === 'topUp' ? [intent.id] : []))
  for (const ids of chunks(topUpIds)) {
    for (const row of (await database.pool.query(factsOfTopUps, [ids])).rows) topUps.set(row.id, row)
  }

  for (const entry of entries) {
    const { intent, outcome } = entry
    const say = (list: string[], facts: unknown) => {
      list.push(`${JSON.stringify(intent)}, known as ${JSON.stringify(outcome)}, is ${JSON.stringify(facts)}`)
    }
    let happened: boolean
    if (intent.kind === 'place') {
      const facts = orders.get(intent.id)
      if (facts === undefined) throw new Error('Every wish is looked up.')
      const isNothing = facts.orders + facts.lines + facts.paid + facts.allocated === 0
      happened = !isNothing
      const units = intent.lines.reduce((sum, line) => sum + line.units, 0)
      if (facts.orders > 1 || facts.paid > 1 || facts.allocated > facts.lines) say(verdict.duplicated, facts)
      else if (
        !isNothing &&
        (facts.orders !== 1 ||
          facts.paid !== 1 ||
          facts.units !== units ||
          facts.allocated !== facts.lines ||
          facts.payMinor !== intent.payMinor ||
          facts.paidMinor !== intent.payMinor)
      )
        say(verdict.partial, facts)
      else if (outcome.word === 'acknowledged' && happened && facts.number !== outcome.number)
        say(verdict.duplicated, facts)
      if (outcome.word === 'acknowledged' && isNothing) say(verdict.lost, facts)
    } else if (intent.kind === 'cancel') {
      const facts = orders.get(intent.orderId)
      if (facts === undefined) throw new Error('Every order is looked up.')
      happened = facts.state === 'cancelled'
      if (facts.returned > 1 || facts.released > facts.lines) say(verdict.duplicated, facts)
      else if (happened ? facts.returned !== 1 || facts.released !== facts.lines : facts.returned + facts.released > 0)
        say(verdict.partial, facts)
      if (outcome.word === 'acknowledged' && !happened) say(verdict.lost, facts)
    } else {
      const facts = topUps.get(intent.id)
      happened = facts?.state === 'succeeded'
      if ((facts?.booked ?? 0) > 1) say(verdict.duplicated, facts)
      else if (happened !== (facts?.booked === 1) || (happened && facts?.amountMinor !== intent.amountMinor))
        say(verdict.partial, facts)
      if (outcome.word === 'acknowledged' && !happened) say(verdict.lost, facts)
    }
    if (outcome.word === 'refused' && happened) say(verdict.haunting, 'there')
    if (outcome.word === 'unknown') {
      verdict.unknown++
      if (happened) verdict.landed++
    }
  }
  for (const row of (await database.pool.query(oversoldSkus)).rows) verdict.oversold.push(JSON.stringify(row))
  return verdict
}

function chunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / idsPerQuery) }, (_, index) =>
    ids.slice(index * idsPerQuery, (index + 1) * idsPerQuery),
  )
}
