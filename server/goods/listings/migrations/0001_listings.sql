-- What is sold where, by whom and at what price.
create schema listings;

-- Who sells it (seller of record) and whose goods it is; two different things, both always shown.
create table listings.terms (
  product_id     uuid primary key,
  seller_id      uuid not null,
  seller_name_en text not null,
  seller_name_zh text not null,
  stock_owner    text not null check (stock_owner in ('platform', 'brand', 'supplier'))
);

-- The alliance's open rate, versioned: the latest row holds, orders keep the rate that applied.
create table listings.commission_rates (
  product_id   uuid        not null,
  id           uuid        not null,
  basis_points integer     not null check (basis_points between 0 and 8000),
  from_at      timestamptz not null,
  set_by       uuid,
  primary key (product_id, id)
);
create index commission_rates_latest on listings.commission_rates (product_id, from_at desc, id desc);

-- Shelf prices. A price holds from the moment it is set, so the latest row of a channel is the present one; a row of a
-- channel goes before the row of 'all' channels.
create table listings.prices (
  sku_id           uuid        not null,
  id               uuid        not null,
  channel          text        not null check (channel <> ''),
  price_minor      bigint      not null check (price_minor > 0),
  list_price_minor bigint      check (list_price_minor >= price_minor),
  currency         text        not null,
  from_at          timestamptz not null,
  set_by           uuid,
  primary key (sku_id, id)
);
create index prices_latest on listings.prices (sku_id, channel, from_at desc, id desc);

create trigger prices_are_history before update or delete on listings.prices
  for each row execute function platform.refuse_change();
create trigger commission_rates_are_history before update or delete on listings.commission_rates
  for each row execute function platform.refuse_change();

-- What pages show; the warehouse decides. An older fact never overwrites a newer one.
create table listings.stock_shown (
  sku_id     uuid   primary key,
  units_left bigint not null check (units_left >= 0),
  version    bigint not null
);

create table listings.units_sold (
  product_id uuid   primary key,
  units      bigint not null
);
