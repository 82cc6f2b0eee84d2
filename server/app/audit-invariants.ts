/**
 * What must hold in the whole database, as queries that answer the rows which break it. An empty answer is a pass.
 *
 * Reads across all schemas, which no module may: it belongs to the composition. Each invariant carries a plant, SQL that
 * breaks it and needs no rows to be there, so that `npm run audit -- --prove` can show that it would be noticed.
 */
import { platformSellerId } from '#goods/listings'

export interface Invariant {
  id: string
  sentence: string
  sql: string
  /**
   * What its rows hang on, where that can be told apart: an audit since an instant then reads only the orders, journals or
   * SKUs that were touched. Without it the whole is one sum and is always read whole.
   */
  narrow?: 'orders' | 'journals' | 'skus'
  /** Breaks the invariant. Runs without triggers and foreign keys, in a transaction that is rolled back. */
  plant: string
}

/** Ids that nothing else has. */
const planted = (number: number) => `'00000000-0000-4000-8000-${String(number).padStart(12, '0')}'`
const [order, buyer, creator, party] = [planted(1), planted(2), planted(3), planted(4)]
const [sku, warehouse, journal, payout] = [planted(5), planted(6), planted(7), planted(8)]

function plantJournal(kind: string, postings: readonly (readonly [string, number])[], orderId = 'null'): string {
  const rows = postings.map(([account, amount], index) => `(${journal}, ${index + 1}, '${account}', ${amount}, null)`)
  return `insert into ledger.journals values (${journal}, '${kind}', 'planted', 'CNY', ${orderId}, now());
    insert into ledger.causes values ('planted', ${journal});
    insert into ledger.postings values ${rows.join(', ')};`
}

function plantOrder(state: string, of: { pay?: number; subsidy?: number; group?: string } = {}): string {
  const { pay = 1_000, subsidy = 0 } = of
  const price = pay + subsidy
  const confirmed = state === 'confirmed' ? 'now()' : 'null'
  const cancelled = state === 'cancelled' ? 'now()' : 'null'
  return `insert into orders.orders (id, group_id, number, buyer_id, buyer_name, channel, seller_id, seller_name, state, currency,
      price_minor, discount_minor, subsidy_minor, pay_minor, creator_id, room_id, session_id, room_title, ship_to, dispatch_by,
      deliver_by, is_demo, placed_at, confirmed_at, cancelled_at, request_hash)
    values (${order}, ${of.group ?? order}, 1, ${buyer}, '', 'video', ${party}, '{}', '${state}', 'CNY', ${price}, ${subsidy},
      ${subsidy}, ${pay}, ${creator}, ${planted(9)}, ${planted(10)}, '', '{}', now(), now(), false, now() - interval '1 hour',
      ${confirmed}, ${cancelled}, ${of.group === undefined ? "''" : 'null'});`
}

function plantOrderLine(of: { units?: number; pay?: number; discount?: number } = {}): string {
  const { units = 1, pay = 1_000, discount = 0 } = of
  return `insert into orders.lines values (${order}, 1, ${sku}, ${sku}, '{}', '{}', '', ${units}, ${(pay + discount) / units},
    ${discount}, ${pay}, ${warehouse});`
}

function plantCommission(
  of: { partyId?: string; base?: number; gross?: number; amount?: number; state?: string } = {},
): string {
  const { partyId = creator, base = 1_000, gross = 100, amount = 100, state = 'estimated' } = of
  const confirmed = ['pending', 'settled', 'frozen'].includes(state) ? 'now(), now()' : 'null, null'
  return `insert into commissions.lines (order_id, line_no, party_kind, party_id, position, base_minor, basis_points,
      commission_minor, gross_minor, keeps_basis_points, amount_minor, currency, plan_kind, room_id, session_id, attributed_at,
      order_number, title, placed_at, state, confirmed_at, release_at, settled_at)
    values (${order}, 1, 'creator', ${partyId}, 1, ${base}, 1000, 100, ${gross}, null, ${amount}, 'CNY', 'open',
      ${planted(9)}, ${planted(10)}, now(), '1', '{}', now(), '${state}', ${confirmed},
      ${state === 'settled' ? 'now()' : 'null'});`
}

function plantSellerLine(of: { gross?: number }): string {
  const { gross = 1_000 } = of
  return `insert into settlements.seller_lines (order_id, line_no, seller_id, order_number, currency, gross_minor, commission_minor,
      fees_minor, tax_minor, amount_minor, confirmed_at, release_at)
    values (${order}, 1, ${party}, '1', 'CNY', ${gross}, 0, 0, 0, ${gross}, now(), now());`
}

/** A fee of a rule that is not there, on a line that is not there. */
const plantFee = `insert into fees.lines (order_id, line_no, kind, rule_id, seller_id, base_minor, units, amount_minor,
    tax_basis_points, tax_minor, currency)
  values (${order}, 1, 'referral', ${planted(31)}, ${party}, 1000, 1, 60, 0, 0, 'CNY');`

function plantGrading(grade: string): string {
  return `insert into returns.gradings (order_id, return_id, line_no, grade, units, cost_minor, currency, at)
    values (${order}, ${planted(33)}, 1, '${grade}', 1, 700, 'CNY', now());`
}

function plantStock(of: { onHand?: number; allocated?: number; value?: number } = {}): string {
  const { onHand = 0, allocated = 0, value = 0 } = of
  return `insert into warehouse.stock (sku_id, warehouse_id, owner_kind, owner_id, on_hand, allocated, value_minor, currency)
    values (${sku}, ${warehouse}, 'platform', ${party}, ${onHand}, ${allocated}, ${value}, 'CNY');`
}

function plantFlash(): string {
  return `insert into flash.sales (id, kind, room_id, session_id, creator_id, sku_id, product_id, title, label, picture,
      price_minor, shelf_minor, currency, units, per_buyer_units, announced_at, starts_at, ends_at, owner_kind, owner_id)
    values (${planted(25)}, 'liveFlash', ${planted(9)}, ${planted(10)}, ${creator}, ${sku}, ${sku}, '{}', '{}', '',
      900, 1000, 'CNY', 5, 1, now(), now() + interval '10 seconds', now() + interval '10 minutes', 'platform', ${party});`
}

function plantParcel(state: string, units: number): string {
  return `insert into fulfilment.parcels (order_id, warehouse_id, id, order_number, buyer_id, state, ship_to, promised_by,
      deliver_by, created_at, currency, cost_minor, handed_over_at)
    values (${order}, ${warehouse}, ${planted(11)}, '1', ${buyer}, '${state}', '{}', now(), now(), now(), 'CNY',
      ${state === 'handed_over' ? '300, now()' : 'null, null'});
    insert into fulfilment.lines (order_id, warehouse_id, line_no, sku_id, sku_code, barcode, title, label, picture, units)
    values (${order}, ${warehouse}, 1, ${sku}, '', '', '{}', '{}', '', ${units});`
}

function plantGift(): string {
  return `insert into gifts.sends (id, room_id, session_id, number, person_id, creator_id, gift_id, units, coins, combo_id,
      combo_units, day, at)
    values (${planted(31)}, ${planted(9)}, ${planted(10)}, 1, ${buyer}, ${creator}, 'rose', 1, 1, ${planted(32)}, 1,
      '2020-02-02', now());`
}

/** Postings of parties' accounts of one kind, as what they are owed. */
const owed = (
  kind: string,
) => `select split_part(p.account, ':', 2) as party_id, j.currency, -sum(p.amount_minor) as minor
  from ledger.postings p join ledger.journals j on j.id = p.journal_id
  where p.account like 'payable:%:${kind}' and p.account not like 'payable:supplier:%' group by 1, 2`

/** What the books say and what the rows behind them say, where they differ. */
const differs = (booked: string, expected: string) => `select coalesce(b.party_id, e.party_id) as party_id,
    coalesce(b.currency, e.currency) as currency, coalesce(b.minor, 0) as booked_minor, coalesce(e.minor, 0) as expected_minor
  from (${booked}) b full join (${expected}) e on e.party_id = b.party_id and e.currency = b.currency
  where coalesce(b.minor, 0) <> coalesce(e.minor, 0)`

/** Sold by the operator himself. */
const isOurs = `o.seller_id = '${platformSellerId}'`

/** Consequences that come a moment after their cause are looked at when nothing is on its way. */
const unlessOnItsWay = (...reactions: string[]) => `not exists (select 1 from platform.deliveries d
  where d.failed_at is null and d.reaction in (${reactions.map((reaction) => `'${reaction}'`).join(', ')}))`

export const auditInvariants: readonly Invariant[] = [
  // The books.
  {
    id: 'journals_sum_to_zero',
    narrow: 'journals',
    sentence: 'The postings of every journal sum to zero.',
    sql: 'select journal_id, sum(amount_minor) as sum_minor from ledger.postings group by journal_id having sum(amount_minor) <> 0',
    plant: plantJournal('books.opened', [
      ['cash', 100],
      ['equity:opening', -99],
    ]),
  },
  {
    id: 'books_sum_to_zero',
    sentence: 'All postings of a currency sum to zero.',
    sql: `select j.currency, sum(p.amount_minor) as sum_minor from ledger.postings p
      join ledger.journals j on j.id = p.journal_id group by j.currency having sum(p.amount_minor) <> 0`,
    plant: plantJournal('books.opened', [
      ['cash', 7],
      ['cash', 7],
    ]),
  },
  {
    id: 'journals_are_whole',
    narrow: 'journals',
    sentence: 'Every journal has two postings or more, numbered from 1, and every posting has its journal.',
    sql: `select coalesce(j.id, p.journal_id) as journal_id, coalesce(p.number, 0) as postings
      from ledger.journals j full join (
        select journal_id, count(*) as number, min(no) as first, max(no) as last from ledger.postings group by journal_id
      ) p on p.journal_id = j.id
      where j.id is null or p.journal_id is null or p.number < 2 or p.first <> 1 or p.last <> p.number`,
    plant: `insert into ledger.journals values (${journal}, 'books.opened', 'planted', 'CNY', null, now());
      insert into ledger.causes values ('planted', ${journal});`,
  },
  {
    id: 'batches_have_one_other_side',
    narrow: 'journals',
    sentence:
      'The orders of a batch share one posting of its journal, so that everybody can say which part of it is whose.',
    sql: `select journal_id, count(*) filter (where order_id is null) as shared from ledger.postings
      group by journal_id having count(order_id) > 0 and count(*) filter (where order_id is null) <> 1`,
    plant: `${plantJournal('orders.paid', [
      ['cash', 5],
      ['cash', -5],
    ])}
      insert into ledger.postings values (${journal}, 3, 'wallet:planted', 5, ${order}), (${journal}, 4, 'cash', -5, ${order});`,
  },
  {
    id: 'causes_are_unique',
    sentence: 'Every journal has a cause of its own, and every cause its journal.',
    sql: `select coalesce(j.cause, c.cause) as cause, j.id as journal_id, c.journal_id as cause_journal_id
      from ledger.journals j full join ledger.causes c on c.cause = j.cause and c.journal_id = j.id
      where j.id is null or c.cause is null`,
    plant: `${plantJournal('books.opened', [
      ['cash', 5],
      ['cash', -5],
    ])}
      insert into ledger.journals values (${planted(12)}, 'books.opened', 'planted', 'CNY', null, now());
      insert into ledger.postings values (${planted(12)}, 1, 'cash', 5, null), (${planted(12)}, 2, 'cash', -5, null);`,
  },
  {
    id: 'wallets_are_folds',
    sentence: 'What a wallet has, in money or in coins, is minus the sum of its postings, and never below zero.',
    sql: `select coalesce(b.account, p.account) as account, b.balance_minor, p.minor as postings_minor
      from ledger.balances b full join (
        select account, -sum(amount_minor) as minor from ledger.postings
        where account like 'wallet:%' or account like 'coins:%' or account like 'deposit:%' group by account
      ) p on p.account = b.account
      where coalesce(b.balance_minor, 0) <> coalesce(p.minor, 0) or coalesce(b.balance_minor, 0) < 0`,
    plant: `insert into ledger.balances values ('wallet:planted', 'CNY', 500);`,
  },
  {
    id: 'deposits_are_their_movements',
    sentence: 'What is held as a deposit is the sum of its movements, and what gates are told is held is the same.',
    sql: `select coalesce(b.party_id, m.party_id, s.party_id) as party_id, b.minor as booked_minor, m.minor as moved_minor,
        s.minor as told_minor
      from (select split_part(account, ':', 2) as party_id, -sum(amount_minor) as minor from ledger.postings
        where account like 'deposit:%' group by 1) b
      full join (select party_id::text, sum(amount_minor) as minor from deposits.movements group by 1) m
        on m.party_id = b.party_id
      full join (select party_id::text, held_minor as minor from sureties.held) s
        on s.party_id = coalesce(b.party_id, m.party_id)
      where coalesce(b.minor, 0) <> coalesce(m.minor, 0) or coalesce(b.minor, 0) <> coalesce(s.minor, 0)`,
    plant: `insert into sureties.held values (${party}, 500);`,
  },
  {
    id: 'charges_are_booked',
    sentence:
      'A charge is what it took of the deposit and of earnings, and went whole to a penalty or to the fund of harmed buyers.',
    sql: `select m.party_id, m.id, m.owed_minor - m.amount_minor as charged_minor, p.minor as booked_minor
      from deposits.movements m left join (
        select j.cause, -sum(p.amount_minor) as minor from ledger.journals j join ledger.postings p on p.journal_id = j.id
        where j.kind = 'deposit.charged' and p.account in ('revenue:penalty', 'liability:compensation_fund') group by j.cause
      ) p on p.cause = 'deposit.charged:' || m.party_id || ':' || m.id
      where m.kind = 'charge' and m.owed_minor - m.amount_minor is distinct from p.minor`,
    plant: `insert into deposits.movements values (${party}, ${planted(31)}, 'charge', 'creator', -500, 0, 'CNY', 'planted', null,
      now(), null);`,
  },
  // Orders and their money.
  {
    id: 'escrow_is_open_orders',
    narrow: 'orders',
    sentence: 'The escrow holds, order by order, what was paid and is neither confirmed nor returned.',
    sql: `select coalesce(o.id, e.order_id) as order_id, o.state, o.pay_minor, coalesce(e.minor, 0) as escrow_minor
      from orders.orders o full join (
        select coalesce(p.order_id, j.order_id) as order_id,
          sum(case when p.order_id is null then -p.amount_minor else p.amount_minor end) as minor
        from ledger.postings p join ledger.journals j on j.id = p.journal_id
        where (p.account = 'escrow' and j.order_id is not null) or (p.order_id is not null and j.kind = 'orders.paid')
        group by 1
      ) e on e.order_id = o.id
      where coalesce(e.minor, 0)
        <> case when o.id is null or o.state in ('unpaid', 'confirmed', 'cancelled') then 0 else o.pay_minor end`,
    plant: `${plantOrder('confirmed')}
      ${plantJournal(
        'order.paid',
        [
          [`wallet:planted`, 1_000],
          ['escrow', -1_000],
        ],
        order,
      )}`,
  },
  {
    id: 'paid_orders_are_booked',
    narrow: 'orders',
    sentence:
      "Every order that goes on was paid once, from its buyer's wallet, with exactly what it costs; one that waits was not.",
    sql: `select o.id as order_id, o.pay_minor, j.journals, j.minor as booked_minor
      from orders.orders o left join (
        select coalesce(p.order_id, j.order_id) as order_id, count(distinct j.id) as journals, sum(p.amount_minor) as minor,
          min(p.account) as account
        from ledger.journals j join ledger.postings p on p.journal_id = j.id and p.amount_minor > 0
        where j.kind in ('orders.paid', 'order.paid') group by 1
      ) j on j.order_id = o.id
      where case when o.pay_by is not null and o.paid_at is null then j.order_id is not null
        else (j.order_id is null and o.pay_minor > 0) or j.journals <> 1 or j.minor <> o.pay_minor end
        or (j.order_id is not null and j.account <> 'wallet:' || o.buyer_id)`,
    plant: plantOrder('paid'),
  },
  {
    id: 'order_journals_have_orders',
    sentence: 'No journal speaks of an order that is not there, or of goods sent again for no wish.',
    sql: `select j.id as journal_id, j.kind, j.order_id from ledger.journals j
      left join orders.orders o on o.id = j.order_id
      where (j.order_id is null and j.kind like 'order.%') or (j.order_id is not null and o.id is null
        and not exists (select 1 from orders.after_sales a where a.id = j.order_id and a.kind in ('exchange', 'resend')))
      union all
      select p.journal_id, null, p.order_id from ledger.postings p
      where p.order_id is not null and not exists (select 1 from orders.orders o where o.id = p.order_id)`,
    plant: plantJournal(
      'order.paid',
      [
        ['wallet:planted', 9],
        ['escrow', -9],
      ],
      planted(13),
    ),
  },
  {
    id: 'confirmed_orders_are_settled',
    narrow: 'orders',
    sentence:
      'A confirmed order is settled once: revenue, subsidy, cost and commission are those of the order, to the cent.',
    sql: `select o.id as order_id, o.pay_minor, o.subsidy_minor, j.*
      from orders.orders o left join (
        select j.order_id, count(distinct j.id) as journals,
          coalesce(sum(p.amount_minor) filter (where p.account = 'revenue:goods'), 0) as revenue,
          coalesce(sum(p.amount_minor) filter (where p.account = 'subsidy'), 0) as subsidy,
          coalesce(sum(p.amount_minor) filter (where p.account = 'expense:cogs'), 0) as cost,
          coalesce(sum(p.amount_minor) filter (where p.account = 'expense:commission'), 0) as commission
        from ledger.journals j join ledger.postings p on p.journal_id = j.id
        where j.kind = 'order.confirmed' group by j.order_id
      ) j on j.order_id = o.id
      left join (select order_id, sum(amount_minor) as minor from commissions.lines
        where confirmed_at is not null group by order_id) c on c.order_id = o.id
      left join (select order_id, sum(cost_minor) as minor from fulfilment.parcels group by order_id) f on f.order_id = o.id
      where (o.state = 'confirmed') <> (j.order_id is not null)
        or (j.order_id is not null and (j.journals <> 1
          or j.revenue <> case when ${isOurs} then -(o.pay_minor + o.subsidy_minor) else 0 end
          or j.commission <> case when ${isOurs} then coalesce(c.minor, 0) else 0 end
          or j.subsidy <> o.subsidy_minor or j.cost <> coalesce(f.minor, 0)))`,
    plant: `${plantOrder('confirmed')} update orders.orders set seller_id = '${platformSellerId}' where id = ${order};
      ${plantJournal(
        'order.confirmed',
        [
          ['escrow', 1_000],
          ['revenue:goods', -999],
          ['subsidy', -1],
        ],
        order,
      )}`,
  },
  {
    id: 'sales_are_divided',
    narrow: 'orders',
    sentence:
      'Of a confirmed order of a seller, what was paid and what we gave is divided, line by line, into what he, his payees, we and the state have of it.',
    sql: `select o.id as order_id, o.pay_minor, o.subsidy_minor, s.*, c.minor as commission, f.minor as fees, f.tax
      from orders.orders o left join (
        select order_id, count(*) as lines, sum(gross_minor) as gross, sum(commission_minor) as commission_minor,
          sum(fees_minor) as fees_minor, sum(tax_minor) as tax_minor,
          sum(gross_minor - commission_minor - fees_minor - tax_minor - amount_minor) as rest, min(seller_id::text) as seller
        from settlements.seller_lines group by order_id
      ) s on s.order_id = o.id
      left join (select order_id, sum(amount_minor) as minor from commissions.lines where confirmed_at is not null
        group by order_id) c on c.order_id = o.id
      left join (select order_id, sum(amount_minor) as minor, sum(tax_minor) as tax from fees.lines group by order_id) f
        on f.order_id = o.id
      left join (select order_id, count(*) as lines from orders.lines group by order_id) l on l.order_id = o.id
      where (s.order_id is not null) <> (o.state = 'confirmed' and not ${isOurs})
        or (s.order_id is not null and (s.gross <> o.pay_minor + o.subsidy_minor or s.rest <> 0 or s.lines <> l.lines
          or s.commission_minor <> coalesce(c.minor, 0) or s.fees_minor <> coalesce(f.minor, 0)
          or s.tax_minor <> coalesce(f.tax, 0) or s.seller <> o.seller_id::text))`,
    plant: plantOrder('confirmed') + plantOrderLine() + plantSellerLine({ gross: 999 }),
  },
  {
    id: 'sellers_give_their_part_back',
    narrow: 'orders',
    sentence:
      'What a refund takes from a seller is its part of the price, less what his payees and our fees give back; a line that gave all back is divided to nothing but what is kept.',
    sql: `select s.order_id, s.line_no, s.reversed_minor, s.gross_minor, r.refunded_minor, f.back, c.back as commission_back
      from settlements.seller_lines s
      left join orders.refunded r on r.order_id = s.order_id and r.line_no = s.line_no
      left join (select order_id, line_no, sum(reversed_minor - kept_minor + tax_reversed_minor) as back from fees.lines
        group by 1, 2) f on f.order_id = s.order_id and f.line_no = s.line_no
      left join (select order_id, line_no, sum(reversed_minor) as back from commissions.lines group by 1, 2) c
        on c.order_id = s.order_id and c.line_no = s.line_no
      where s.reversed_minor <> coalesce((2 * s.gross_minor * r.refunded_minor + r.pay_minor) / (2 * r.pay_minor), 0)
        - coalesce(f.back, 0) - coalesce(c.back, 0)`,
    plant: `${plantSellerLine({})} update settlements.seller_lines set reversed_minor = 5 where order_id = ${order};`,
  },
  {
    id: 'fees_follow_their_rules',
    narrow: 'orders',
    sentence:
      'Each fee is what its frozen rule gives for its base, within its bounds, and its tax what the rate gives.',
    sql: `select l.order_id, l.line_no, l.kind, l.amount_minor, l.base_minor from fees.lines l left join fees.rules r on r.id = l.rule_id
      where r.id is null or r.kind <> l.kind
        or l.amount_minor <> least(greatest((l.base_minor * r.basis_points + 5000) / 10000 + r.fixed_minor * l.units,
          coalesce(r.min_minor, 0)), coalesce(r.max_minor, 9223372036854775807))
        or l.tax_minor <> (l.amount_minor * l.tax_basis_points + 5000) / 10000
        or l.kept_minor <> least((l.reversed_minor * r.kept_basis_points + 5000) / 10000,
          coalesce(r.kept_max_minor, 9223372036854775807))
        or (not r.is_returned and l.reversed_minor <> 0)`,
    plant: plantFee,
  },
  {
    id: 'fees_are_of_sellers',
    narrow: 'orders',
    sentence: 'Only who sells here pays fees, on his own lines: on what buyers paid, or on that and what we gave.',
    sql: `select f.order_id, f.line_no, f.kind, f.base_minor, l.pay_minor, d.minor as platform_minor from fees.lines f
      left join orders.orders o on o.id = f.order_id
      left join orders.lines l on l.order_id = f.order_id and l.no = f.line_no
      left join (select order_id, line_no, sum(platform_minor) as minor from orders.discounts group by 1, 2) d
        on d.order_id = f.order_id and d.line_no = f.line_no
      where l.order_id is null or o.seller_id <> f.seller_id or ${isOurs}
        or f.base_minor not in (l.pay_minor, l.pay_minor + coalesce(d.minor, 0))`,
    plant: plantFee,
  },
  {
    id: 'fees_are_booked',
    narrow: 'orders',
    sentence:
      'What we have of fees, of those that were kept and of the tax on them, is what the lines of confirmed orders say.',
    sql: `select coalesce(b.order_id, e.order_id) as order_id, b.account, b.minor as booked_minor, e.account as expected, e.minor
      from (
        select j.order_id, p.account, -sum(p.amount_minor) as minor from ledger.journals j
        join ledger.postings p on p.journal_id = j.id
        where p.account in ('revenue:referral', 'revenue:provider', 'revenue:service', 'revenue:fulfilment',
          'revenue:kept_fees', 'liability:fee_tax') and j.order_id is not null
        group by 1, 2 having sum(p.amount_minor) <> 0
      ) b full join (
        select order_id, account, sum(minor) as minor from (
          select order_id, 'revenue:' || kind as account, amount_minor - reversed_minor as minor from fees.lines
          union all select order_id, 'revenue:kept_fees', kept_minor from fees.lines
          union all select order_id, 'liability:fee_tax', tax_minor - tax_reversed_minor from fees.lines
        ) f where order_id in (select o.id from orders.orders o where o.state = 'confirmed')
        group by 1, 2 having sum(minor) <> 0
      ) e on e.order_id = b.order_id and e.account = b.account
      where b.minor is distinct from e.minor`,
    plant: `${plantOrder('confirmed')} ${plantFee}`,
  },
  {
    id: 'orders_wait_for_minutes',
    sentence: 'No order waits for its payment an hour after its time was over.',
    sql: `select id as order_id, pay_by from orders.orders where state = 'unpaid' and pay_by < now() - interval '1 hour'`,
    plant: `${plantOrder('paid')}
      update orders.orders set state = 'unpaid', pay_by = now() - interval '2 hours' where id = ${order};`,
  },
  {
    id: 'orders_are_their_lines',
    narrow: 'orders',
    sentence: 'An order is the sum of its lines: price, discount and what was paid.',
    sql: `select o.id as order_id, o.pay_minor, l.pay as lines_minor from orders.orders o left join (
        select order_id, sum(unit_price_minor * units) as price, sum(discount_minor) as discount, sum(pay_minor) as pay
        from orders.lines group by order_id
      ) l on l.order_id = o.id
      where l.order_id is null or l.pay <> o.pay_minor or l.price <> o.price_minor or l.discount <> o.discount_minor`,
    plant: plantOrder('paid') + plantOrderLine({ pay: 999 }),
  },
  {
    id: 'lines_have_orders',
    narrow: 'orders',
    sentence: 'No line is an orphan: each belongs to an order, each line of a parcel to a parcel.',
    sql: `select 'orders.lines' as line, l.order_id from orders.lines l
      where not exists (select 1 from orders.orders o where o.id = l.order_id)
      union all
      select 'fulfilment.lines', f.order_id from fulfilment.lines f where not exists (
        select 1 from fulfilment.parcels p where p.order_id = f.order_id and p.warehouse_id = f.warehouse_id)`,
    plant: plantOrderLine({}),
  },
  {
    id: 'what_was_frozen_is_there',
    sentence: 'What many orders share is written once and can be read: addresses, names of sellers, what was sold.',
    sql: `select o.id as order_id, 'shared' as lost from orders.orders o
      where (o.ship_to_id is not null and not exists (select 1 from orders.shared s where s.id = o.ship_to_id))
        or (o.seller_name_id is not null and not exists (select 1 from orders.shared s where s.id = o.seller_name_id))
      union all
      select l.order_id, 'snapshot' from orders.lines l
      where l.snapshot_id is not null and not exists (select 1 from orders.snapshots s where s.id = l.snapshot_id)
      union all
      select p.order_id, 'parcel' from fulfilment.parcels p
      where p.ship_to_id is not null and not exists (select 1 from fulfilment.shared s where s.id = p.ship_to_id)
      union all
      select f.order_id, 'goods' from fulfilment.lines f
      where f.goods_id is not null and not exists (select 1 from fulfilment.shared s where s.id = f.goods_id)`,
    plant: `${plantOrder('paid')}
      update orders.orders set ship_to = null, ship_to_id = ${planted(28)} where id = ${order};`,
  },
  {
    id: 'wishes_are_answered_once',
    narrow: 'orders',
    sentence:
      'One wish of a buyer has one set of orders: the first carries its id, all belong to that buyer and were placed at once.',
    sql: `select o.id as order_id, o.group_id, f.id as first_id from orders.orders o
      left join orders.orders f on f.id = o.group_id
      where f.id is null or f.group_id <> f.id or f.request_hash is null or o.buyer_id <> f.buyer_id
        or o.placed_at <> f.placed_at or o.batch_id is distinct from f.batch_id or o.currency <> f.currency`,
    plant: plantOrder('paid', { group: planted(25) }),
  },
  {
    id: 'discounts_have_funders',
    narrow: 'orders',
    sentence:
      'Every discount line names who bears it, in shares that sum to the whole; a line is given what its discounts say.',
    sql: `select l.order_id, l.no as line_no, l.discount_minor, d.minor as discounts_minor, d.points
      from orders.lines l left join (
        select order_id, line_no, sum(amount_minor) as minor,
          max(abs(platform_points + seller_points + creator_points + brand_points - 10000)) as points
        from orders.discounts group by order_id, line_no
      ) d on d.order_id = l.order_id and d.line_no = l.no
      where l.discount_minor <> coalesce(d.minor, 0) or d.points <> 0
      union all
      select d.order_id, d.line_no, null, d.amount_minor, null from orders.discounts d
      where not exists (select 1 from orders.lines l where l.order_id = d.order_id and l.no = d.line_no)`,
    plant: plantOrder('paid') + plantOrderLine({ discount: 100, pay: 900 }),
  },
  {
    id: 'subsidy_is_within_budget',
    sentence: 'What budgets have spent is what live orders drew from them, and never more than their limit.',
    sql: `select b.id as budget_id, b.limit_minor, b.spent_minor, coalesce(d.minor, 0) as drawn_minor
      from promotions.budgets b left join (
        select d.budget_id, sum(d.minor) as minor from (
          select order_id, budget_id, sum(platform_minor) as minor from orders.discounts
          where budget_id is not null and platform_minor is not null group by 1, 2
          union all
          select d.order_id, d.budget_id, o.subsidy_minor from (
            select distinct order_id, budget_id from orders.discounts where budget_id is not null and platform_minor is null
          ) d join orders.orders o on o.id = d.order_id
        ) d join orders.orders o on o.id = d.order_id and o.state <> 'cancelled' group by d.budget_id
      ) d on d.budget_id = b.id
      where b.spent_minor <> coalesce(d.minor, 0) or b.spent_minor > b.limit_minor or b.spent_minor < 0`,
    plant: `insert into promotions.budgets (id, name, currency, limit_minor, spent_minor)
      values (${planted(14)}, '', 'CNY', 1000, 400);`,
  },
  {
    id: 'subsidy_is_its_lines',
    narrow: 'orders',
    sentence: "An order's subsidy is what the platform bears of the discounts on its lines.",
    sql: `select o.id as order_id, o.subsidy_minor, d.minor as lines_minor from orders.orders o left join (
        select order_id, sum(platform_minor) as minor, bool_and(platform_minor is not null) as told from orders.discounts
        group by order_id
      ) d on d.order_id = o.id where coalesce(d.told, true) and o.subsidy_minor <> coalesce(d.minor, 0)`,
    plant: plantOrder('paid', { subsidy: 100 }),
  },
  {
    id: 'coupons_within_their_quota',
    sentence: 'No more of a coupon is in the hands of people than there is, and nobody has more than he may.',
    sql: `select c.id as coupon_id, c.quota, c.claimed, k.claims, k.most from promotions.coupons c full join (
        select coupon_id, sum(claims) as claims, max(claims) as most from (
          select coupon_id, person_id, count(*) as claims from promotions.claims group by 1, 2) p group by coupon_id
      ) k on k.coupon_id = c.id
      where c.id is null or c.claimed <> coalesce(k.claims, 0) or c.claimed > c.quota or k.most > c.per_person`,
    plant: `insert into promotions.claims (id, person_id, coupon_id, no, claimed_at, valid_until)
      values (${planted(28)}, ${buyer}, ${planted(29)}, 1, now(), now());`,
  },
  {
    id: 'coupons_are_used_once',
    sentence:
      'A coupon that is used is used on the orders of one wish of its owner, of which at least one still stands.',
    sql: `select k.id as claim_id, k.group_id from promotions.claims k
      where k.group_id is not null and not exists (select 1 from orders.orders o join orders.discounts d on d.order_id = o.id
        where o.group_id = k.group_id and o.buyer_id = k.person_id and o.state <> 'cancelled' and d.promotion_id = k.coupon_id)
      union all
      select d.promotion_id, o.group_id from orders.discounts d join orders.orders o on o.id = d.order_id and o.state <> 'cancelled'
      join promotions.coupons c on c.id = d.promotion_id
      where not exists (select 1 from promotions.claims k where k.coupon_id = c.id and k.group_id = o.group_id)`,
    plant: `insert into promotions.claims (id, person_id, coupon_id, no, claimed_at, valid_until, group_id)
      values (${planted(28)}, ${buyer}, ${planted(29)}, 1, now(), now(), ${order});`,
  },
  {
    id: 'refunds_are_booked',
    sentence:
      'What a line gave back is the sum of its approved wishes, went to the buyer once, and is never more than was paid.',
    sql: `select r.order_id, r.refunded_minor, w.minor as approved_minor, j.minor as booked_minor, l.pay_minor from (
        select order_id, sum(refunded_minor) as refunded_minor from orders.refunded group by order_id
      ) r full join (
        select s.order_id, sum(l.amount_minor) as minor from orders.after_sales s
        join orders.after_sale_lines l on l.order_id = s.order_id and l.after_sale_id = s.id
        where s.state = 'approved' group by s.order_id
      ) w on w.order_id = r.order_id
      full join (
        select j.order_id, -sum(p.amount_minor) as minor from ledger.journals j
        join ledger.postings p on p.journal_id = j.id and p.account like 'wallet:%'
        where j.kind = 'order.refunded' group by j.order_id
      ) j on j.order_id = coalesce(r.order_id, w.order_id)
      left join (select order_id, sum(pay_minor) as pay_minor from orders.lines group by order_id) l
        on l.order_id = coalesce(r.order_id, w.order_id, j.order_id)
      where r.refunded_minor is distinct from w.minor or r.refunded_minor is distinct from j.minor
        or r.refunded_minor > coalesce(l.pay_minor, 0)`,
    plant: `insert into orders.refunded values (${order}, 1, 1000, 400);`,
  },
  {
    id: 'refunds_take_commission_back',
    sentence:
      'A line that gave all its money back has earned nobody anything; one that gave nothing back has lost nobody anything.',
    sql: `select c.order_id, c.line_no, c.party_id, c.amount_minor, c.reversed_minor, r.refunded_minor, r.pay_minor
      from commissions.lines c left join orders.refunded r on r.order_id = c.order_id and r.line_no = c.line_no
      where c.state in ('pending', 'settled', 'frozen')
        and c.reversed_minor <> case when r.refunded_minor = r.pay_minor then c.amount_minor
          when coalesce(r.refunded_minor, 0) = 0 then 0 else c.reversed_minor end`,
    plant: `${plantCommission({ state: 'pending' })}
      insert into orders.refunded values (${order}, 1, 1000, 1000);`,
  },
  {
    id: 'limits_are_kept',
    sentence: 'Units that a buyer has at a limited price are those of his live orders, and never above the limit.',
    sql: `select coalesce(b.buyer_id, l.buyer_id) as buyer_id, coalesce(b.sku_id, l.sku_id) as sku_id, b.units, b.limit_units,
        l.units as ordered_units
      from orders.bought b full join (
        select o.buyer_id, l.sku_id, l.limited_price_id as price_id, sum(l.units) as units from orders.lines l
        join orders.orders o on o.id = l.order_id and o.state <> 'cancelled'
        where l.limited_price_id is not null group by 1, 2, 3
      ) l on l.buyer_id = b.buyer_id and l.sku_id = b.sku_id and l.price_id = b.price_id
      where coalesce(b.units, 0) <> coalesce(l.units, 0) or b.units > b.limit_units`,
    plant: `insert into orders.bought values (${buyer}, ${sku}, ${planted(21)}, 2, 3);`,
  },
  // Who earns.
  {
    id: 'commissions_follow_their_formula',
    narrow: 'orders',
    sentence: 'Each commission line is what its frozen base, rate and share give, half up to the cent.',
    sql: `select order_id, line_no, party_kind, party_id, gross_minor, amount_minor from (
        select l.*, max(position) over chain as last,
          lag(gross_minor - amount_minor) over (chain order by position) as passed
        from commissions.lines l window chain as (partition by order_id, line_no)) l
      where commission_minor <> (base_minor * basis_points + 5000) / 10000
        or gross_minor <> case when position = 1 then commission_minor else passed end
        or amount_minor <> case
          when share_basis_points is not null and keeps_basis_points is not null
            then ((commission_minor * share_basis_points + 5000) / 10000 * keeps_basis_points + 5000) / 10000
          when share_basis_points is not null
            then (commission_minor * share_basis_points + 5000) / 10000 - (commission_minor - gross_minor)
          when keeps_basis_points is null then gross_minor
          else (gross_minor * keeps_basis_points + 5000) / 10000 end
        or (keeps_basis_points is null and share_basis_points is null) <> (position = last)
        or reversed_minor not between 0 and amount_minor`,
    plant: plantCommission({ amount: 99 }),
  },
  {
    id: 'commissions_are_one_chain',
    narrow: 'orders',
    sentence:
      'An order line has at most one chain of payees, whose parts sum to the commission on what was paid for it.',
    sql: `select c.order_id, c.line_no, c.parties, c.minor, c.commission_minor, o.pay_minor from (
        select order_id, line_no, count(*) as parties, max(position) as last, sum(amount_minor) as minor,
          min(commission_minor) as commission_minor, max(commission_minor) as commission_max, min(base_minor) as base_minor,
          max(base_minor) as base_max
        from commissions.lines group by order_id, line_no
      ) c left join orders.lines o on o.order_id = c.order_id and o.no = c.line_no
      where o.order_id is null or c.parties <> c.last or c.minor <> c.commission_minor
        or c.commission_minor <> c.commission_max or c.base_minor <> o.pay_minor or c.base_max <> o.pay_minor`,
    plant: plantOrder('paid') + plantOrderLine() + plantCommission({ base: 1_001 }),
  },
  {
    id: 'nobody_earns_on_himself',
    narrow: 'orders',
    sentence:
      'Commission goes only to the creator whom the order names or who sat beside him then, and never to the buyer himself.',
    sql: `select c.order_id, c.party_id, o.creator_id, o.buyer_id from commissions.lines c
      left join orders.orders o on o.id = c.order_id
      where o.id is null or c.party_id = o.buyer_id
        or (c.party_kind = 'creator' and c.party_id is distinct from o.creator_id and not exists (
          -- A minute either way: the order was decided on what stood when its transaction read it.
          select 1 from commissions.pacts p where p.session_id = o.session_id and p.host_id = o.creator_id
            and p.guest_id = c.party_id and p.rule <> 'host' and p.from_at <= c.placed_at + interval '1 minute'
            and (p.until_at is null or p.until_at >= c.placed_at - interval '1 minute')))`,
    plant: plantOrder('paid') + plantCommission({ partyId: buyer }),
  },
  {
    id: 'commissions_follow_orders',
    narrow: 'orders',
    sentence:
      'A commission is an estimate while its order is open, earned once it is confirmed, and void when it is cancelled.',
    sql: `select c.order_id, c.line_no, c.party_id, c.state, o.state as order_state from commissions.lines c
      join orders.orders o on o.id = c.order_id
      where c.state not in ('ineligible', 'frozen') and (c.state = 'estimated') <> (o.state not in ('confirmed', 'cancelled'))
        or (o.state = 'cancelled' and c.state <> 'ineligible')`,
    plant: plantOrder('cancelled') + plantCommission(),
  },
  {
    id: 'pending_is_pending_lines',
    sentence:
      "A party's pending balance is the sum of its pending lines, of commission and of sales, less what was refunded, and of its parts of gifts.",
    sql: differs(
      owed('pending'),
      `select party_id::text, currency, sum(minor) as minor from (
          select party_id, currency, amount_minor - reversed_minor as minor from commissions.lines where state = 'pending'
          union all
          select seller_id, currency, amount_minor - reversed_minor from settlements.seller_lines where state = 'pending'
          union all
          select party_id, currency, amount_minor from coins.shares where state = 'pending'
        ) l group by 1, 2`,
    ),
    plant: plantCommission({ state: 'pending' }),
  },
  {
    id: 'available_is_unpaid_entries',
    sentence: "A party's available balance is the sum of its entries that no payout holds.",
    sql: differs(
      owed('available'),
      `select party_id::text, currency, sum(amount_minor) as minor from settlements.entries
        where payout_id is null group by 1, 2`,
    ),
    plant: `insert into settlements.entries values (${party}, 'planted', 'commission', null, null, 500, 'CNY', now());`,
  },
  {
    id: 'reserve_is_open_reserves',
    sentence: "A party's reserve is the sum of what was kept back of its lines and not returned.",
    sql: differs(
      owed('reserve'),
      `select party_id::text, currency, sum(amount_minor) as minor from settlements.reserves
        where returned_at is null group by 1, 2`,
    ),
    plant: plantJournal('earnings.released', [
      ['payable:planted:available', 9],
      ['payable:planted:reserve', -9],
    ]),
  },
  {
    id: 'frozen_is_open_freezes',
    sentence: "A party's frozen balance is what its open freezes took of what was available, and its frozen lines.",
    sql: differs(
      owed('frozen'),
      `select party_id::text, currency, sum(minor) as minor from (
        select party_id, currency, amount_minor as minor from settlements.freezes where state = 'frozen'
        union all
        select party_id, currency, amount_minor - reversed_minor from commissions.lines where state = 'frozen') f group by 1, 2`,
    ),
    plant: `insert into settlements.freezes values (${party}, ${planted(30)}, 500, 'CNY', 'planted', 'frozen', now(), null);`,
  },
  {
    id: 'frozen_lines_have_a_freeze',
    sentence: 'A line is frozen by a freeze of its party that is open, and by no other.',
    sql: `select l.order_id, l.line_no, l.party_id, l.freeze_id, f.state from commissions.lines l
      left join settlements.freezes f on f.party_id = l.party_id and f.id = l.freeze_id
      where l.freeze_id is not null and f.state is distinct from 'frozen'`,
    plant: `${plantCommission({ state: 'pending' })}
      update commissions.lines set state = 'frozen', freeze_id = ${planted(30)} where order_id = ${order};`,
  },
  {
    id: 'payouts_on_their_way',
    sentence: "What is on its way to a party's bank is the sum of its payouts that are closed and not ended.",
    sql: differs(
      owed('payout'),
      `select party_id::text, currency, sum(amount_minor) as minor from settlements.payouts
        where state = 'closed' group by 1, 2`,
    ),
    plant: `insert into settlements.payouts (party_id, id, number, party_name, amount_minor, currency, closed_at)
      values (${party}, ${payout}, 'P', '', 500, 'CNY', now());`,
  },
  {
    id: 'payouts_are_their_lines',
    sentence: 'A payout is the sum of its lines, and each line is an entry of that party which no other payout holds.',
    sql: `select p.party_id, p.id as payout_id, p.amount_minor, l.minor as lines_minor, l.entries_minor
      from settlements.payouts p left join (
        select l.party_id, l.payout_id, sum(l.amount_minor) as minor, sum(e.amount_minor) as entries_minor
        from settlements.payout_lines l
        left join settlements.entries e on e.party_id = l.party_id and e.cause = l.cause and e.payout_id = l.payout_id
        group by l.party_id, l.payout_id
      ) l on l.party_id = p.party_id and l.payout_id = p.id
      where p.amount_minor is distinct from l.minor or p.amount_minor is distinct from l.entries_minor
      union all
      select e.party_id, e.payout_id, e.amount_minor, null, null from settlements.entries e
      where e.payout_id is not null and not exists (select 1 from settlements.payout_lines l
        where l.party_id = e.party_id and l.payout_id = e.payout_id and l.cause = e.cause)`,
    plant: `insert into settlements.payouts (party_id, id, number, party_name, amount_minor, currency, closed_at)
      values (${party}, ${payout}, 'P', '', 500, 'CNY', now());
      insert into settlements.payout_lines values (${party}, ${payout}, 1, 'planted', '{"en":"","zh":""}', null, null, 499);`,
  },
  // Money from outside, and back.
  {
    id: 'payments_are_booked_once',
    sentence: 'A payment that succeeded is booked once, with its amount and for its payer; any other is not booked.',
    sql: `select coalesce(t.id::text, j.cause) as payment, t.state, t.amount_minor, j.journals, j.minor as booked_minor
      from payments.payments t full join (
        select split_part(j.cause, ':', 2) as id, min(j.cause) as cause, count(distinct j.id) as journals,
          sum(p.amount_minor) filter (where p.account = 'psp') as minor,
          min(p.account) filter (where p.account like 'wallet:%') as account
        from ledger.journals j join ledger.postings p on p.journal_id = j.id
        where j.kind in ('wallet.topped_up', 'payment.received') group by 1
      ) j on j.id = t.id::text
      where t.id is null or (t.state = 'succeeded') <> (j.cause is not null)
        or (j.cause is not null and (j.journals <> 1 or j.minor <> t.amount_minor
          or j.account is distinct from case when j.cause like 'wallet.%' then 'wallet:' || t.person_id end))`,
    plant: `insert into payments.payments (id, person_id, amount_minor, currency, provider, state, requested_at, decided_at)
      values (${planted(15)}, ${buyer}, 500, 'CNY', 'sandbox', 'succeeded', now(), now());`,
  },
  {
    id: 'provider_owes_what_it_has',
    sentence:
      'What the payment providers owe us is what they took and have not settled, less what they gave back since.',
    sql: `select coalesce(b.currency, e.currency) as currency, b.minor as booked_minor, e.minor as expected_minor from (
        select j.currency, sum(p.amount_minor) as minor from ledger.postings p join ledger.journals j on j.id = p.journal_id
        where p.account = 'psp' group by j.currency
      ) b full join (
        select currency, sum(minor) as minor from (
          select currency, amount_minor as minor from payments.payments where state = 'succeeded' and settled_at is null
          union all
          select currency, -amount_minor from payments.refunds where state = 'succeeded' and settled_at is null
        ) m group by currency
      ) e on e.currency = b.currency
      where coalesce(b.minor, 0) <> coalesce(e.minor, 0)`,
    plant: plantJournal('provider.settled', [
      ['cash', 40],
      ['psp', -40],
    ]),
  },
  {
    id: 'held_is_unused_payments',
    sentence: 'What is held is the payments for orders that nobody has used yet, and what of wallets waits with any.',
    sql: `select coalesce(b.currency, e.currency) as currency, b.minor as booked_minor, e.minor as expected_minor from (
        select j.currency, -sum(p.amount_minor) as minor from ledger.postings p join ledger.journals j on j.id = p.journal_id
        where p.account = 'held' group by j.currency
      ) b full join (
        select currency, sum(hold_minor + case when state = 'succeeded' and group_id is not null and used_at is null
          then amount_minor else 0 end) as minor from payments.payments group by currency
      ) e on e.currency = b.currency
      where coalesce(b.minor, 0) <> coalesce(e.minor, 0)`,
    plant: plantJournal('payment.received', [
      ['psp', 40],
      ['held', -40],
    ]),
  },
  {
    id: 'payments_serve_orders_or_go_back',
    sentence:
      'Of money that was taken for orders, every cent pays for one of them that is alive, or went back: none is kept for nothing.',
    sql: `select t.id as payment_id, t.amount_minor, coalesce(s.minor, 0) as shares_minor, coalesce(r.minor, 0) as unused_minor
      from payments.payments t
      left join (select payment_id, sum(paid_minor) as minor from payments.shares group by payment_id) s on s.payment_id = t.id
      left join (select payment_id, sum(amount_minor) as minor from payments.refunds where order_id is null group by payment_id) r
        on r.payment_id = t.id
      where t.used_at is not null and t.amount_minor <> coalesce(s.minor, 0) + coalesce(r.minor, 0)
      union all
      select s.payment_id, s.paid_minor, s.refunded_minor, null from payments.shares s left join orders.orders o on o.id = s.order_id
      where o.id is null or o.state = 'unpaid' or (o.state = 'cancelled' and s.refunded_minor <> s.paid_minor)`,
    plant: `insert into payments.payments (id, person_id, amount_minor, currency, provider, state, requested_at, decided_at, group_id,
        used_at)
      values (${planted(26)}, ${buyer}, 500, 'CNY', 'sandbox', 'succeeded', now(), now(), ${planted(27)}, now());`,
  },
  {
    id: 'money_for_orders_is_used_soon',
    sentence: 'No payment for orders lies an hour before it is known what it pays for.',
    sql: `select id as payment_id, decided_at from payments.payments
      where group_id is not null and state = 'succeeded' and used_at is null and decided_at < now() - interval '1 hour'`,
    plant: `insert into payments.payments (id, person_id, amount_minor, currency, provider, state, requested_at, decided_at, group_id)
      values (${planted(26)}, ${buyer}, 500, 'CNY', 'sandbox', 'succeeded', now(), now() - interval '2 hours', ${planted(27)});`,
  },
  {
    id: 'refunds_within_payments',
    sentence: 'What goes back of a payment is never more than was taken, and is the sum of its refunds.',
    sql: `select t.id as payment_id, t.amount_minor, t.refunded_minor, coalesce(r.minor, 0) as refunds_minor
      from payments.payments t
      left join (select payment_id, sum(amount_minor) as minor from payments.refunds group by payment_id) r on r.payment_id = t.id
      where t.refunded_minor <> coalesce(r.minor, 0) or t.refunded_minor > t.amount_minor
      union all
      select s.payment_id, s.paid_minor, s.refunded_minor, coalesce(r.minor, 0) from payments.shares s
      left join (select payment_id, order_id, sum(amount_minor) as minor from payments.refunds group by 1, 2) r
        on r.payment_id = s.payment_id and r.order_id = s.order_id
      where s.refunded_minor <> coalesce(r.minor, 0) or s.refunded_minor > s.paid_minor`,
    plant: `insert into payments.payments (id, person_id, amount_minor, currency, provider, state, requested_at, decided_at,
        refunded_minor)
      values (${planted(26)}, ${buyer}, 500, 'CNY', 'sandbox', 'succeeded', now(), now(), 499);`,
  },
  {
    id: 'refunds_on_their_way',
    sentence: 'What is on its way back to buyers is the sum of the refunds that no provider has decided.',
    sql: `select coalesce(b.currency, e.currency) as currency, b.minor as booked_minor, e.minor as expected_minor from (
        select j.currency, -sum(p.amount_minor) as minor from ledger.postings p join ledger.journals j on j.id = p.journal_id
        where p.account = 'refunds' group by j.currency
      ) b full join (
        select currency, sum(amount_minor) as minor from payments.refunds where state = 'requested' group by currency
      ) e on e.currency = b.currency
      where coalesce(b.minor, 0) <> coalesce(e.minor, 0)`,
    plant: plantJournal('refund.requested', [
      ['wallet:planted', 40],
      ['refunds', -40],
    ]),
  },
  {
    id: 'statement_lines_match_once',
    sentence: "Each line of a provider's statement matches one of ours, and what is settled was matched by one line.",
    sql: `select l.kind, l.matched_id, count(*) as lines from reconciliation.lines l where l.state = 'matched'
      group by l.kind, l.matched_id having count(*) > 1
      union all
      select l.kind, l.matched_id, 1 from reconciliation.lines l
      left join payments.payments t on l.kind = 'payment' and t.id = l.matched_id
      left join payments.refunds r on l.kind = 'refund' and r.id = l.matched_id
      where l.state = 'matched' and (l.reference <> l.matched_id::text
        or (l.kind = 'payment' and (t.id is null or t.settled_at is null or t.amount_minor <> l.amount_minor or t.fee_minor <> l.fee_minor))
        or (l.kind = 'refund' and (r.id is null or r.settled_at is null or r.amount_minor <> l.amount_minor)))
      union all
      select 'payment', t.id, 0 from payments.payments t
      where t.settled_at > (select min(imported_at) from reconciliation.statements)
        and not exists (select 1 from reconciliation.lines l where l.kind = 'payment' and l.matched_id = t.id)`,
    plant: `insert into reconciliation.lines (statement_id, no, kind, reference, provider_reference, amount_minor, fee_minor, currency,
        at, state, matched_id)
      values (${planted(28)}, 1, 'payment', 'planted', '', 500, 3, 'CNY', now(), 'matched', ${planted(29)});`,
  },
  {
    id: 'lines_that_differ_are_breaks',
    sentence: 'Each line of a statement that stands on one side only has its break, with a state.',
    sql: `select l.statement_id, l.no from reconciliation.lines l where l.state = 'broken' and not exists (
        select 1 from reconciliation.breaks b where b.statement_id = l.statement_id and b.line_no = l.no)`,
    plant: `insert into reconciliation.lines (statement_id, no, kind, reference, provider_reference, amount_minor, fee_minor, currency,
        at, state)
      values (${planted(28)}, 1, 'payment', 'planted', '', 500, 3, 'CNY', now(), 'broken');`,
  },
  {
    id: 'withdrawals_on_their_way',
    sentence: 'What is on its way from wallets to banks is the sum of the withdrawals that have not ended.',
    sql: `select coalesce(b.currency, e.currency) as currency, b.minor as booked_minor, e.minor as expected_minor from (
        select j.currency, -sum(p.amount_minor) as minor from ledger.postings p join ledger.journals j on j.id = p.journal_id
        where p.account = 'withdrawals' group by j.currency
      ) b full join (
        select currency, sum(amount_minor) as minor from withdrawals.withdrawals where ended_at is null group by currency
      ) e on e.currency = b.currency
      where coalesce(b.minor, 0) <> coalesce(e.minor, 0)`,
    plant: plantJournal('withdrawal.requested', [
      ['wallet:planted', 40],
      ['withdrawals', -40],
    ]),
  },
  {
    id: 'withdrawals_end_as_they_say',
    sentence:
      'A withdrawal left its wallet once, and is at the bank less its fee, or all of it back, as its state says.',
    sql: `select w.id, w.state, w.amount_minor, w.fee_minor, j.wallet_minor, j.cash_minor, j.fees_minor
      from withdrawals.withdrawals w left join (
        select split_part(j.cause, ':', 2) as id,
          coalesce(sum(p.amount_minor) filter (where p.account like 'wallet:%'), 0) as wallet_minor,
          coalesce(sum(p.amount_minor) filter (where p.account = 'cash'), 0) as cash_minor,
          coalesce(sum(p.amount_minor) filter (where p.account = 'revenue:withdrawals'), 0) as fees_minor,
          min(p.account) filter (where p.account like 'wallet:%') as account
        from ledger.journals j join ledger.postings p on p.journal_id = j.id where j.kind like 'withdrawal.%' group by 1
      ) j on j.id = w.id::text
      where j.id is null or j.account <> 'wallet:' || w.person_id
        or j.wallet_minor <> case when w.state in ('refused', 'failed') then 0 else w.amount_minor end
        or j.cash_minor <> case when w.state = 'paid' then w.fee_minor - w.amount_minor else 0 end
        or j.fees_minor <> case when w.state = 'paid' then -w.fee_minor else 0 end`,
    plant: `insert into withdrawals.withdrawals (id, number, person_id, person_name, amount_minor, fee_minor, currency, holder, bank,
        account, rule_version, state, pays_by, requested_at, ask_at)
      values (${planted(26)}, 'planted', ${buyer}, '', 500, 1, 'CNY', '', '', '', 1, 'approved', 'file', now(), now());`,
  },
  {
    id: 'withdrawals_keep_their_rule',
    sentence:
      'Each withdrawal costs what the rule says under which it was asked for, and was looked at where that asks for it.',
    sql: `select w.id, w.amount_minor, w.fee_minor, w.state, r.version from withdrawals.withdrawals w
      left join withdrawals.rules r on r.version = w.rule_version
      where r.version is null or w.amount_minor < r.minimum_minor
        or w.fee_minor <> r.fee_minor + floor((w.amount_minor * r.fee_basis_points * 2 + 10000) / 20000)
        or (w.amount_minor > r.review_above_minor and w.state not in ('review') and w.reviewed_by is null)
        or w.reviewed_by = w.person_id`,
    plant: `insert into withdrawals.withdrawals (id, number, person_id, person_name, amount_minor, fee_minor, currency, holder, bank,
        account, rule_version, state, pays_by, requested_at, ask_at)
      values (${planted(26)}, 'planted', ${buyer}, '', 600000, 600, 'CNY', '', '', '', 1, 'approved', 'file', now(), now());`,
  },
  // Where the goods are.
  {
    id: 'stock_is_a_fold',
    narrow: 'skus',
    sentence: 'Stock is the fold of its movements: units on hand, allocated and reserved, and their value.',
    sql: `select coalesce(s.sku_id, m.sku_id) as sku_id, coalesce(s.warehouse_id, m.warehouse_id) as warehouse_id, s.on_hand,
        m.on_hand as moved_on_hand, s.allocated, m.allocated as moved_allocated, s.reserved, m.reserved as moved_reserved,
        s.value_minor, m.value as moved_value
      from warehouse.stock s full join (
        select sku_id, warehouse_id, owner_kind, owner_id,
          sum(case when kind in ('received', 'adjusted') then units when kind = 'shipped' then -units else 0 end) as on_hand,
          sum(case when kind = 'allocated' then units when kind in ('released', 'shipped') then -units else 0 end) as allocated,
          sum(case when kind = 'reserved' then units when kind = 'unreserved' then -units else 0 end) as reserved,
          sum(value_minor) as value
        from warehouse.movements group by sku_id, warehouse_id, owner_kind, owner_id
      ) m on m.sku_id = s.sku_id and m.warehouse_id = s.warehouse_id and m.owner_kind = s.owner_kind
        and m.owner_id = s.owner_id
      where coalesce(s.on_hand, 0) <> coalesce(m.on_hand, 0) or coalesce(s.allocated, 0) <> coalesce(m.allocated, 0)
        or coalesce(s.reserved, 0) <> coalesce(m.reserved, 0) or coalesce(s.value_minor, 0) <> coalesce(m.value, 0)`,
    plant: plantStock({ onHand: 3 }),
  },
  {
    id: 'stock_is_there',
    narrow: 'skus',
    sentence: 'No more is promised than is there: on hand, allocated, reserved and available are never below zero.',
    sql: `select sku_id, warehouse_id, on_hand, allocated, reserved from warehouse.stock
      where on_hand < 0 or allocated < 0 or reserved < 0 or on_hand - allocated - reserved < 0`,
    plant: `alter table warehouse.stock drop constraint stock_is_there; ${plantStock({ allocated: 1 })}`,
  },
  {
    id: 'allocated_is_unshipped_lines',
    sentence:
      'What is allocated of a SKU in a warehouse is what open order lines wait for there, and what is to be sent again.',
    sql: `select coalesce(s.sku_id, l.sku_id) as sku_id, coalesce(s.warehouse_id, l.warehouse_id) as warehouse_id,
        coalesce(s.units, 0) as allocated, coalesce(l.units, 0) as waited_for
      from (select sku_id, warehouse_id, sum(allocated) as units from warehouse.stock group by 1, 2) s full join (
        select w.sku_id, w.warehouse_id, sum(w.units) as units from (
          select l.sku_id, l.warehouse_id, l.units, l.order_id as sent_by from orders.lines l
          join orders.orders o on o.id = l.order_id and o.state <> 'cancelled'
          union all select l.sku_id, l.warehouse_id, coalesce(g.units, l.units), a.id from orders.after_sales a
          join orders.after_sale_lines g on g.order_id = a.order_id and g.after_sale_id = a.id
          join orders.lines l on l.order_id = a.order_id and l.no = g.line_no
          where (a.kind = 'exchange' and a.state in ('accepted', 'sent', 'replacing'))
            or (a.kind = 'resend' and a.state = 'replacing')
        ) w left join fulfilment.parcels p on p.order_id = w.sent_by and p.warehouse_id = w.warehouse_id
        where p.handed_over_at is null group by w.sku_id, w.warehouse_id
      ) l on l.sku_id = s.sku_id and l.warehouse_id = s.warehouse_id
      where coalesce(s.units, 0) <> coalesce(l.units, 0)`,
    plant: plantOrder('paid') + plantOrderLine({ units: 2 }),
  },
  {
    id: 'batches_take_what_their_lines_say',
    sentence: 'What a commit of the desk took from a shelf is what its order lines say.',
    sql: `select coalesce(m.sku_id, l.sku_id) as sku_id, coalesce(m.cause, l.cause) as cause, m.units, l.units as line_units
      from (select * from warehouse.movements where kind = 'allocated' and cause like 'batch:%') m full join (
        select l.sku_id, l.warehouse_id, 'batch:' || o.batch_id as cause, sum(l.units) as units
        from orders.lines l join orders.orders o on o.id = l.order_id where o.batch_id is not null group by 1, 2, 3
      ) l on l.sku_id = m.sku_id and l.warehouse_id = m.warehouse_id and l.cause = m.cause
      where m.units is distinct from l.units`,
    plant: `insert into warehouse.movements (sku_id, warehouse_id, owner_kind, owner_id, id, kind, units, cause, at)
      values (${sku}, ${warehouse}, 'platform', ${party}, ${planted(23)}, 'allocated', 2, 'batch:' || ${planted(24)}, now());`,
  },
  {
    id: 'allocations_end_once',
    narrow: 'skus',
    sentence: 'No more of an allocation is released and shipped than was allocated.',
    sql: `select e.sku_id, e.warehouse_id, e.cause, e.units as ended_units, a.units from (
        select sku_id, warehouse_id, coalesce(ends, cause) as cause, sum(units) as units from warehouse.movements
        where kind in ('released', 'shipped') group by 1, 2, 3
      ) e left join (select * from warehouse.movements where kind = 'allocated') a
        on a.sku_id = e.sku_id and a.warehouse_id = e.warehouse_id and a.cause = e.cause
      where a.units is null or e.units > a.units`,
    plant: `insert into warehouse.movements (sku_id, warehouse_id, owner_kind, owner_id, id, kind, units, cause, at)
      values (${sku}, ${warehouse}, 'platform', ${party}, ${planted(23)}, 'released', 2, 'planted', now());`,
  },
  {
    id: 'reserved_is_flash_units',
    sentence: 'What a shelf keeps back is what open flash sales have left there: no unit is promised twice.',
    sql: `select coalesce(s.sku_id, f.sku_id) as sku_id, coalesce(s.warehouse_id, f.warehouse_id) as warehouse_id,
        coalesce(s.units, 0) as reserved, coalesce(f.units, 0) as flash_units
      from (select sku_id, warehouse_id, sum(reserved) as units from warehouse.stock group by 1, 2) s full join (
        select s.sku_id, h.warehouse_id, sum(h.units_left) as units from flash.shelves h
        join flash.sales s on s.id = h.sale_id group by 1, 2
      ) f on f.sku_id = s.sku_id and f.warehouse_id = s.warehouse_id
      where coalesce(s.units, 0) <> coalesce(f.units, 0)`,
    plant: `${plantFlash()} insert into flash.shelves values (${planted(25)}, ${warehouse}, '', 5, 5);`,
  },
  {
    id: 'flash_units_are_somewhere',
    sentence:
      'Every unit of a flash sale is left in it, in an order, or back on the shelf; a sale that is over has none left.',
    sql: `select h.sale_id, h.warehouse_id, h.units, h.units_left, h.units_returned, coalesce(o.units, 0) as ordered_units
      from flash.shelves h join flash.sales s on s.id = h.sale_id left join (
        select l.limited_price_id, l.warehouse_id, sum(l.units) as units from orders.lines l
        join orders.orders o on o.id = l.order_id and o.state <> 'cancelled'
        where l.limited_price_id in (select id from flash.sales) group by 1, 2
      ) o on o.limited_price_id = h.sale_id and o.warehouse_id = h.warehouse_id
      where h.units <> h.units_left + h.units_returned + coalesce(o.units, 0) or (s.closed_at is not null and h.units_left > 0)`,
    plant: `${plantFlash()} insert into flash.shelves values (${planted(25)}, ${warehouse}, '', 5, 4);`,
  },
  {
    id: 'flash_orders_are_in_time_and_room',
    sentence: 'Orders of a flash sale were placed while it ran, out of its broadcast, for no more than its price.',
    sql: `select l.order_id, l.no, s.id as sale_id, o.placed_at, s.starts_at, s.ends_at, o.session_id
      from flash.sales s join orders.lines l on l.limited_price_id = s.id join orders.orders o on o.id = l.order_id
      where o.placed_at < s.starts_at or o.placed_at >= s.ends_at or o.session_id is distinct from s.session_id
        or l.sku_id <> s.sku_id or l.pay_minor > s.price_minor * l.units`,
    plant: `${plantFlash()} ${plantOrder('paid')} ${plantOrderLine()} update orders.lines set limited_price_id = ${planted(25)};`,
  },
  {
    id: 'inventory_is_worth_its_stock',
    sentence: 'The inventory account is the value of the stock that is ours.',
    sql: `select coalesce(b.currency, s.currency) as currency, b.minor as booked_minor, s.minor as stock_minor from (
        select j.currency, sum(p.amount_minor) as minor from ledger.postings p join ledger.journals j on j.id = p.journal_id
        where p.account = 'inventory' group by j.currency
      ) b full join (
        select currency, sum(value_minor) as minor from warehouse.stock where owner_kind = 'platform' group by currency
      ) s on s.currency = b.currency
      where coalesce(b.minor, 0) <> coalesce(s.minor, 0)`,
    plant: plantStock({ onHand: 1, value: 700 }),
  },
  {
    id: 'in_transit_is_worth_its_parcels',
    sentence: 'Goods on their way are worth what they cost when they left, until the order is confirmed.',
    sql: `select coalesce(b.currency, f.currency) as currency, b.minor as booked_minor, f.minor as parcels_minor from (
        select j.currency, sum(p.amount_minor) as minor from ledger.postings p join ledger.journals j on j.id = p.journal_id
        where p.account = 'in_transit' group by j.currency
      ) b full join (
        select p.currency, sum(p.cost_minor) as minor from fulfilment.parcels p where p.order_id in (
          select id from orders.orders where state <> 'confirmed'
          union all select id from orders.after_sales where state = 'replacing') group by p.currency
      ) f on f.currency = b.currency
      where coalesce(b.minor, 0) <> coalesce(f.minor, 0)`,
    plant: plantOrder('shipped') + plantParcel('handed_over', 1),
  },
  {
    id: 'parcels_cover_orders',
    narrow: 'orders',
    sentence: 'Parcels hold what was ordered: every line of a live order, from its warehouse, and nothing else.',
    sql: `select coalesce(l.order_id, f.order_id) as order_id, coalesce(l.no, f.line_no) as line_no, l.units,
        f.units as parcel_units
      from (
        select l.order_id, l.no, l.units, l.sku_id, l.warehouse_id from orders.lines l
        join orders.orders o on o.id = l.order_id and o.state not in ('unpaid', 'cancelled')
        union all
        select a.id, w.line_no, w.units, l.sku_id, l.warehouse_id from orders.after_sales a
        join orders.after_sale_lines w on w.order_id = a.order_id and w.after_sale_id = a.id
        join orders.lines l on l.order_id = a.order_id and l.no = w.line_no where a.state in ('replacing', 'replaced')
      ) l
      full join (
        select f.* from fulfilment.lines f join fulfilment.parcels p
          on p.order_id = f.order_id and p.warehouse_id = f.warehouse_id and p.state <> 'cancelled'
      ) f on f.order_id = l.order_id and f.line_no = l.no
      where (l.units is distinct from f.units or l.sku_id is distinct from f.sku_id
          or l.warehouse_id is distinct from f.warehouse_id)
        and ${unlessOnItsWay('openParcels', 'dropParcels')}`,
    plant: `delete from platform.deliveries; ${plantOrder('paid')} ${plantOrderLine({ units: 2 })} ${plantParcel('to_pick', 1)}`,
  },
  {
    id: 'returns_are_shelved',
    sentence: 'Units that came back as good as new are on the shelf once, at what they cost; no other unit came back.',
    sql: `select coalesce(g.cause, m.cause) as cause, g.units, m.units as moved_units, g.cost_minor, m.value_minor from (
        select 'return:' || return_id || ':' || line_no as cause, units, cost_minor from returns.gradings where grade = 'restock'
        union all
        select 'refurbished:' || return_id || ':' || line_no, units, cost_minor from returns.gradings where became = 'restock'
      ) g full join (
        select cause, units, value_minor from warehouse.movements
        where kind = 'received' and (cause like 'return:%' or cause like 'refurbished:%')
      ) m on m.cause = g.cause
      where g.units is distinct from m.units or g.cost_minor is distinct from m.value_minor`,
    plant: plantGrading('restock'),
  },
  {
    id: 'refurbishing_is_what_waits',
    sentence: 'Returned goods that are being made good are worth what those cost that still wait for it.',
    sql: `select coalesce(b.currency, g.currency) as currency, b.minor as booked_minor, g.minor as waiting_minor from (
        select j.currency, sum(p.amount_minor) as minor from ledger.postings p join ledger.journals j on j.id = p.journal_id
        where p.account = 'refurbishing' group by j.currency
      ) b full join (
        select currency, sum(cost_minor) as minor from returns.gradings where grade = 'refurbish' and became is null
        group by currency
      ) g on g.currency = b.currency
      where coalesce(b.minor, 0) <> coalesce(g.minor, 0)`,
    plant: plantGrading('refurbish'),
  },
  {
    id: 'returns_are_of_what_was_sent',
    sentence: 'No more units of a line came back than were sold, and every unit that was expected has one grade.',
    sql: `select l.order_id, l.line_no, l.units as expected_units, g.units as graded_units, o.units as sold_units
      from returns.lines l join returns.returns r on r.order_id = l.order_id and r.id = l.return_id
      left join (select return_id, line_no, sum(units) as units from returns.gradings group by 1, 2) g
        on g.return_id = l.return_id and g.line_no = l.line_no
      left join orders.lines o on o.order_id = l.order_id and o.no = l.line_no
      where o.order_id is null or l.units > o.units or (r.state = 'graded') <> (g.return_id is not null)
        or g.units <> l.units
      union all
      select b.order_id, b.line_no, null, b.units, o.units from (
        select order_id, line_no, sum(units) as units from returns.gradings where grade <> 'rejected' group by 1, 2) b
      left join orders.lines o on o.order_id = b.order_id and o.no = b.line_no where o.units is null or b.units > o.units`,
    plant: plantGrading('scrap'),
  },
  {
    id: 'returns_follow_wishes',
    sentence: 'Goods are expected for a wish that was accepted, and for no other; looked at, they have answered it.',
    sql: `select coalesce(a.id, r.id) as after_sale_id, a.kind, a.state, r.state as return_state
      from (select * from orders.after_sales where kind in ('returnRefund', 'exchange') and accepted_at is not null) a
      full join returns.returns r on r.order_id = a.order_id and r.id = a.id
      where (a.id is null or r.id is null
        or case r.state when 'expected' then a.state <> 'accepted' when 'sent' then a.state <> 'sent'
          when 'lapsed' then a.state <> 'lapsed' else a.state not in ('approved', 'refused', 'replacing', 'replaced') end)
        and ${unlessOnItsWay('finishReturn')}`,
    plant: `delete from platform.deliveries;
      insert into returns.returns (order_id, id, number, order_number, buyer_id, warehouse_id, currency, opened_at, send_by)
      values (${order}, ${planted(33)}, 'planted', '1', ${buyer}, ${warehouse}, 'CNY', now(), now());`,
  },
  {
    id: 'receipts_are_movements',
    sentence: 'Every receipt put its units on the shelf once, and nothing else was received.',
    sql: `select coalesce(r.id::text, m.cause) as receipt, r.units, m.units as moved_units from procurement.receipts r
      full join (select * from warehouse.movements where kind = 'received' and cause like 'receipt:%') m
        on m.cause = 'receipt:' || r.id and m.sku_id = r.sku_id and m.warehouse_id = r.warehouse_id
      where r.units is distinct from m.units`,
    plant: `insert into procurement.receipts (id, supplier_id, warehouse_id, sku_id, bin, units, unit_cost_minor, payable_minor,
        currency, received_at, due_at)
      values (${planted(17)}, ${party}, ${warehouse}, ${sku}, '', 3, 10, 30, 'CNY', now(), now());`,
  },
  {
    id: 'suppliers_are_owed_receipts',
    sentence: 'What a supplier is owed is what was received of him, at the price that was agreed.',
    sql: `select coalesce(b.account, r.account) as account, coalesce(b.minor, 0) as booked_minor,
        coalesce(r.minor, 0) as received_minor
      from (
        select account, -sum(amount_minor) as minor from ledger.postings where account like 'payable:supplier:%' group by account
      ) b full join (
        select 'payable:supplier:' || supplier_id as account, sum(payable_minor) as minor from procurement.receipts group by 1
      ) r on r.account = b.account
      where coalesce(b.minor, 0) <> coalesce(r.minor, 0)`,
    plant: plantJournal('goods.received', [
      ['inventory', 30],
      ['payable:supplier:planted', -30],
    ]),
  },
  {
    id: 'parcels_have_their_waybill',
    sentence: 'A waybill is on one parcel, and the carrier knows every parcel that has left.',
    sql: `select p.id as parcel_id, p.waybill, w.waybill as taken_waybill, s.waybill as shipped_waybill
      from fulfilment.parcels p
      left join logistics.waybills w on w.parcel_id = p.id
      left join logistics.shipments s on s.parcel_id = p.id
      where (p.waybill is not null and w.waybill is distinct from p.waybill)
        or (p.handed_over_at is not null and (s.waybill is distinct from p.waybill or s.handed_over_at is null))`,
    plant: plantParcel('handed_over', 1),
  },
  // Coins and gifts.
  {
    id: 'coins_are_owed',
    sentence: 'The coins that a person has, times what a coin is worth, are what the books owe him for coins.',
    sql: `select coalesce(b.person_id, m.person_id) as person_id, m.coins, m.coins * 10 as worth_minor, b.minor as owed_minor
      from (
        select split_part(account, ':', 2) as person_id, -sum(amount_minor) as minor from ledger.postings
        where account like 'coins:%' group by account
      ) b full join (
        select person_id::text, sum(coins) as coins from coins.movements group by person_id
      ) m on m.person_id = b.person_id
      where coalesce(b.minor, 0) <> coalesce(m.coins, 0) * 10`,
    plant: `insert into coins.movements values (${buyer}, 'planted', 'bought', 5, now());`,
  },
  {
    id: 'gifts_are_shared_out',
    sentence:
      "The platform's part of a gift and the parts of creator and agency sum to what its coins were worth, by its terms.",
    sql: `select g.id as gift_id, g.value_minor, g.platform_minor, coalesce(h.minor, 0) as shares_minor
      from coins.spends g left join coins.terms t on t.version = g.terms_version
      left join (select spend_id, sum(amount_minor) as minor from coins.shares group by spend_id) h on h.spend_id = g.id
      where t.version is null or g.value_minor <> g.coins * 10
        or g.value_minor <> g.platform_minor + coalesce(h.minor, 0)
        or coalesce(h.minor, 0) <> (g.value_minor * t.creator_basis_points + 5000) / 10000`,
    plant: `insert into coins.spends (id, person_id, creator_id, coins, value_minor, platform_minor, currency, terms_version,
        spent_at) values (${planted(31)}, ${buyer}, ${creator}, 10, 100, 99, 'CNY', 1, now());`,
  },
  {
    id: 'gifts_are_booked',
    sentence:
      'What was given in a room is what was booked for it, coin by coin, and what was given back was given back in both.',
    sql: `select coalesce(s.id, g.id) as gift_id, s.coins, g.coins as booked_coins, j.journals
      from gifts.sends s full join coins.spends g on g.id = s.id
      left join (
        select split_part(cause, ':', 2) as gift_id, count(*) as journals from ledger.journals
        where kind in ('gift.sent', 'gift.returned') group by 1
      ) j on j.gift_id = coalesce(s.id, g.id)::text
      where s.coins is distinct from g.coins or s.person_id is distinct from g.person_id
        or s.creator_id is distinct from g.creator_id or (s.returned_at is null) <> (g.returned_at is null)
        or j.journals is distinct from case when s.returned_at is null then 1 else 2 end
        or exists (select 1 from coins.shares h where h.spend_id = s.id and (h.state = 'returned') <> (s.returned_at is not null))`,
    plant: plantGift(),
  },
  {
    id: 'top_lists_are_gifts',
    sentence:
      'What a person stands with on the top list of a room and a day is what he gave there and was not given back.',
    sql: `select coalesce(c.room_id, s.room_id) as room_id, coalesce(c.person_id, s.person_id) as person_id, c.coins,
        s.coins as given_coins
      from gifts.contributions c full join (
        select room_id, day, person_id, sum(coins) filter (where returned_at is null) as coins from gifts.sends group by 1, 2, 3
      ) s on s.room_id = c.room_id and s.day = c.day and s.person_id = c.person_id
      where coalesce(c.coins, 0) <> coalesce(s.coins, 0)`,
    plant: `insert into gifts.contributions values (${planted(9)}, '2020-02-02', ${buyer}, 5, now());`,
  },
  {
    id: 'gift_limits_are_kept',
    sentence: 'What a person gave on a day is the sum of his gifts of that day, and within his limit.',
    sql: `select coalesce(d.person_id, s.person_id) as person_id, d.coins, d.limit_coins, s.coins as given_coins
      from gifts.day_spends d full join (
        select person_id, day, sum(coins) as coins from gifts.sends group by 1, 2
      ) s on s.person_id = d.person_id and s.day = d.day
      where coalesce(d.coins, 0) <> coalesce(s.coins, 0) or d.coins > d.limit_coins`,
    plant: `insert into gifts.day_spends values (${buyer}, '2020-02-02', 5, 10);`,
  },
  {
    id: 'gift_numbers_have_no_gaps',
    sentence: 'The gifts of a session are numbered from one without a gap, so that who misses one knows it.',
    sql: `select coalesce(n.session_id, s.session_id) as session_id, n.last_number, s.gifts, s.last
      from gifts.sessions n full join (
        select session_id, count(*) as gifts, max(number) as last from gifts.sends group by session_id
      ) s on s.session_id = n.session_id
      where n.last_number is distinct from s.last or s.gifts is distinct from s.last`,
    plant: `insert into gifts.sessions values (${planted(10)}, 2);`,
  },
  // What was told.
  {
    id: 'order_numbers_are_unique',
    sentence: 'The number that people say aloud means one order.',
    sql: 'select number, count(*) as orders from orders.orders group by number having count(*) > 1',
    plant: plantOrder('paid') + plantOrder('paid').replaceAll(order, planted(18)),
  },
  {
    id: 'figures_are_orders',
    sentence: 'The figures on the big screen are the live orders, with or without those of demo visitors.',
    sql: `select f.paid_minor, f.orders, o.* from (
        select coalesce(sum(paid_minor), 0) as paid_minor, coalesce(sum(orders), 0) as orders from gmv.sums
        where dimension = 'day'
      ) f cross join (
        select coalesce(sum(pay_minor), 0) as all_minor, count(*) as all_orders,
          coalesce(sum(pay_minor) filter (where not is_demo), 0) as real_minor,
          count(*) filter (where not is_demo) as real_orders
        from orders.orders where state not in ('unpaid', 'cancelled')
      ) o
      where (f.paid_minor, f.orders) not in ((o.all_minor, o.all_orders), (o.real_minor, o.real_orders))
        and ${unlessOnItsWay('countSales', 'uncountSale')}`,
    plant: `delete from platform.deliveries; insert into gmv.sums values ('2020-02-02', 'day', 'all', null, 5, 1, 1);`,
  },
  {
    id: 'figures_break_down',
    sentence: 'Minutes and provinces of a day each sum to the day.',
    sql: `select * from (
        select day, sum(paid_minor) filter (where dimension = 'day') as day_minor,
          sum(paid_minor) filter (where dimension = 'minute') as minutes_minor,
          sum(paid_minor) filter (where dimension = 'province') as provinces_minor
        from gmv.sums group by day
      ) d where day_minor is distinct from minutes_minor or day_minor is distinct from provinces_minor`,
    plant: `insert into gmv.sums values ('2020-02-02', 'province', '浙江省', null, 5, 1, 1);`,
  },
  {
    id: 'rankings_are_orders',
    sentence: 'What a creator is ranked by is his live orders less refunds, with or without those of demo visitors.',
    sql: `select coalesce(c.creator_id, o.creator_id) as creator_id, c.paid_minor, o.all_minor, o.real_minor from (
        select creator_id, sum(paid_minor) as paid_minor from leaderboards.creator_days group by creator_id
      ) c full join (
        select creator_id, sum(pay_minor - refunded) as all_minor,
          coalesce(sum(pay_minor - refunded) filter (where not is_demo), 0) as real_minor
        from (select o.*, (select coalesce(sum(r.refunded_minor), 0) from orders.refunded r where r.order_id = o.id) as refunded
          from orders.orders o) k where creator_id is not null and state not in ('unpaid', 'cancelled') group by creator_id
      ) o on o.creator_id = c.creator_id
      where coalesce(c.paid_minor, 0) not in (coalesce(o.all_minor, 0), coalesce(o.real_minor, 0))
        and ${unlessOnItsWay('rankCreators', 'unrankCreator', 'lowerCreator')}`,
    plant: `delete from platform.deliveries;
      insert into leaderboards.creator_days values ('2020-02-02', ${creator}, 5, 1, now());`,
  },
  {
    id: 'messages_have_no_gaps',
    sentence: 'Reliable messages of a topic are numbered without a gap up to the last that was given out.',
    sql: `select m.topic, m.messages, m.first, m.last, t.last_number from (
        select topic, count(*) as messages, min(number) as first, max(number) as last from platform.messages group by topic
      ) m left join platform.topics t on t.topic = m.topic
      where m.last is distinct from t.last_number or m.messages <> m.last - m.first + 1`,
    plant: `insert into platform.topics values ('planted', 3);
      insert into platform.messages values ('planted', 1, '{}', now()), ('planted', 3, '{}', now());`,
  },
  {
    id: 'rooms_have_one_session',
    sentence: 'A creator is on air once.',
    sql: `select creator_id, count(*) as sessions from rooms.sessions where state in ('preparing', 'rehearsal', 'live', 'paused')
      group by creator_id having count(*) > 1`,
    plant: `drop index rooms.sessions_one_open; insert into rooms.sessions (id, room_id, creator_id, title, state, key_hash, created_at)
      values (${planted(19)}, ${planted(9)}, ${creator}, 'planted', 'preparing', 'planted-1', now()),
        (${planted(20)}, ${planted(9)}, ${creator}, 'planted', 'preparing', 'planted-2', now());`,
  },
  {
    id: 'sessions_went_legal_ways',
    sentence:
      'Each step of a session is a legal one, begins where the last ended, and the last leads to where it stands.',
    sql: `select s.id as session_id, s.state, m.no, m.from_state, m.to_state from rooms.sessions s left join (
        select m.*, lag(to_state) over steps as before, lead(no) over steps is null as is_last,
          exists (select 1 from rooms.legal_moves l where l.from_state = m.from_state and l.to_state = m.to_state) as is_legal
        from rooms.moves m window steps as (partition by session_id order by no)
      ) m on m.session_id = s.id
      where (m.no is null and s.state not in ('scheduled', 'preparing'))
        or not m.is_legal or m.before <> m.from_state or (m.is_last and m.to_state <> s.state)`,
    plant: `insert into rooms.rooms values (${planted(9)}, ${creator}, '', now());
      insert into rooms.sessions (id, room_id, creator_id, title, state, key_hash, created_at, started_at)
      values (${planted(19)}, ${planted(9)}, ${creator}, 'planted', 'live', 'planted', now(), now());`,
  },
  {
    id: 'rooms_count_their_sales',
    sentence: 'What a session shows as sold is the sum of its live orders.',
    sql: `select coalesce(s.session_id, o.session_id) as session_id, s.orders, o.orders as live_orders, s.paid_minor,
        o.paid_minor as live_paid_minor
      from rooms.session_sales s full join (
        select session_id, count(*) as orders, sum(pay_minor) as paid_minor from orders.orders
        where session_id is not null and state not in ('unpaid', 'cancelled') group by session_id
      ) o on o.session_id = s.session_id
      where (coalesce(s.orders, 0) <> coalesce(o.orders, 0) or coalesce(s.paid_minor, 0) <> coalesce(o.paid_minor, 0))
        and ${unlessOnItsWay('countSalesOfSession', 'uncountSaleOfSession')}`,
    plant: `delete from platform.deliveries; ${plantOrder('paid')}`,
  },
  {
    id: 'sessions_count_their_minutes',
    sentence: 'The minutes of a session, and its products, each sum to its live orders.',
    sql: `select coalesce(m.session_id, o.session_id) as session_id, m.orders, o.orders as live_orders, m.paid_minor,
        o.paid_minor as live_paid_minor, p.paid_minor as products_minor
      from (select session_id, sum(orders) as orders, sum(paid_minor) as paid_minor from conversion.session_minutes group by session_id) m
      full join (
        select session_id, count(*) as orders, sum(pay_minor) as paid_minor from orders.orders
        where session_id is not null and state not in ('unpaid', 'cancelled') group by session_id
      ) o on o.session_id = m.session_id
      left join (select session_id, sum(paid_minor) as paid_minor from conversion.session_products group by session_id) p
        on p.session_id = coalesce(m.session_id, o.session_id)
      where (coalesce(m.orders, 0) <> coalesce(o.orders, 0) or coalesce(m.paid_minor, 0) <> coalesce(o.paid_minor, 0)
          or coalesce(p.paid_minor, 0) <> coalesce(o.paid_minor, 0))
        and ${unlessOnItsWay('countSalesOfMinutes', 'uncountSaleOfMinutes')}`,
    plant: `delete from platform.deliveries;
      insert into conversion.session_minutes (session_id, minute, orders, paid_minor) values (${planted(20)}, now(), 1, 5);`,
  },
  {
    id: 'followers_are_rows',
    sentence: 'A follower count is the number of followers.',
    sql: `select coalesce(c.creator_id, f.creator_id) as creator_id, c.followers, f.rows from follows.follower_counts c
      full join (select creator_id, count(*) as rows from follows.followers group by creator_id) f
        on f.creator_id = c.creator_id
      where coalesce(c.followers, 0) <> coalesce(f.rows, 0)`,
    plant: `insert into follows.follower_counts values (${creator}, 10000);`,
  },
  {
    id: 'consequences_happened',
    sentence: 'No consequence of an event was given up.',
    sql: `select d.event_id, d.reaction, d.tries, left(d.error, 200) as error from platform.deliveries d
      where d.failed_at is not null`,
    plant: `insert into platform.deliveries values (${planted(16)}, 'planted', now(), 12, now(), 'planted');`,
  },
]

/** The narrowest reading of each table for what was touched. `$1` is the smallest id that can have been made since. */
const narrowed: Record<NonNullable<Invariant['narrow']>, { touched: string; tables: Record<string, string> }> = {
  orders: {
    // Whatever happens to an order is booked, but for packing and travelling, which move no money.
    // A parcel with goods that are sent again goes by the id of its wish: either leads to the other.
    touched: `with booked as (
        select order_id as id from ledger.journals where id >= $1::uuid and order_id is not null
        union select order_id from ledger.postings where journal_id >= $1::uuid and order_id is not null
      ), of_orders as (
        select id from booked union select order_id from orders.after_sales where id in (select id from booked)
      )
      select id from of_orders union select id from orders.after_sales where order_id in (select id from of_orders)`,
    tables: {
      'orders.orders': `id in (select id from touched) or id in (
        select group_id from orders.orders where id in (select id from touched))`,
      'orders.lines': 'order_id in (select id from touched)',
      'orders.discounts': 'order_id in (select id from touched)',
      'orders.after_sales': 'order_id in (select id from touched)',
      'orders.after_sale_lines': 'order_id in (select id from touched)',
      'commissions.lines': 'order_id in (select id from touched)',
      'commissions.pacts': 'session_id in (select session_id from orders.orders where id in (select id from touched))',
      'fees.lines': 'order_id in (select id from touched)',
      'settlements.seller_lines': 'order_id in (select id from touched)',
      'fulfilment.parcels': 'order_id in (select id from touched)',
      'fulfilment.lines': 'order_id in (select id from touched)',
      'ledger.journals': `order_id in (select id from touched) or id in (
        select journal_id from ledger.postings where order_id in (select id from touched))`,
      'ledger.postings': `order_id in (select id from touched) or journal_id in (
        select id from ledger.journals where order_id in (select id from touched))`,
    },
  },
  journals: {
    touched: 'select $1::uuid as id',
    tables: {
      'ledger.journals': 'id >= (select id from touched)',
      'ledger.postings': 'journal_id >= (select id from touched)',
    },
  },
  skus: {
    touched: 'select distinct sku_id as id from warehouse.movements where id >= $1::uuid',
    tables: {
      'warehouse.stock': 'sku_id in (select id from touched)',
      'warehouse.movements': 'sku_id in (select id from touched)',
    },
  },
}

/** The query of an invariant over what was touched since `$1`; null where it has to be read whole. */
export function sqlSince({ sql, narrow }: Invariant): { touched: string; sql: string } | null {
  if (narrow === undefined) return null
  const { touched, tables } = narrowed[narrow]
  const names = Object.keys(tables).map((name) => name.replace('.', '\\.'))
  const table = new RegExp(
    `\\b(from|join)\\s+(${names.join('|')})(\\s+(?!where|group|full|left|join|on|window|union)[a-z]+)?\\b`,
    'g',
  )
  return {
    touched,
    sql: sql.replace(table, (_, word: string, name: string, alias?: string) => {
      return `${word} (select * from ${name} where ${tables[name]})${alias ?? ' as narrowed'}`
    }),
  }
}
