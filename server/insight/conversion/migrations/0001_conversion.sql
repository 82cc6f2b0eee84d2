create schema conversion;

-- What a session sold and who was there, by minute. Sales follow the orders; who is there is looked at every few seconds.
create table conversion.session_minutes (
  session_id     uuid        not null,
  minute         timestamptz not null,
  paid_minor     bigint      not null default 0,
  orders         bigint      not null default 0,
  units          bigint      not null default 0,
  viewers_sum    bigint      not null default 0,
  viewers_looks  bigint      not null default 0,
  viewers_peak   bigint      not null default 0,
  primary key (session_id, minute)
);

create table conversion.session_products (
  session_id uuid   not null,
  product_id uuid   not null,
  paid_minor bigint not null,
  orders     bigint not null,
  units      bigint not null,
  primary key (session_id, product_id)
);
