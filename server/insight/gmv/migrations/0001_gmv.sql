create schema gmv;

-- Paid sales per business day, by what they are looked at. Folds of the orders; kept by reactions, once per event.
-- Negative corrections come with cancelled orders, on the day on which they were paid.
create table gmv.sums (
  day        date    not null,
  dimension  text    not null check (dimension in ('day', 'minute', 'product', 'room', 'province')),
  key        text    not null,
  label      jsonb,
  paid_minor bigint  not null,
  orders     bigint  not null,
  units      bigint  not null,
  primary key (day, dimension, key)
);
create index sums_ranked on gmv.sums (day, dimension, paid_minor desc);

-- Who bought on a day; buyers are counted once.
create table gmv.buyers (
  day      date not null,
  buyer_id uuid not null,
  orders   integer not null,
  primary key (day, buyer_id)
);

-- The last orders for the stream on the screen; older ones are forgotten.
create table gmv.latest (
  order_id uuid        primary key,
  day      date        not null,
  body     jsonb       not null,
  at       timestamptz not null
);
create index latest_by_time on gmv.latest (at desc);
