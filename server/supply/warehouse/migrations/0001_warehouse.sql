-- Stock: immutable movements with a cause, and balances that are folds of them.
create schema warehouse;

create table warehouse.warehouses (
  id       uuid     primary key,
  code     text     not null constraint warehouses_code_once unique,
  name_en  text     not null,
  name_zh  text     not null,
  province text     not null,
  city     text     not null,
  district text     not null,
  street   text     not null,
  -- Provinces (as they stand in addresses) that it serves before others.
  serves   text[]   not null default '{}'
);

-- Zone, aisle and slot are the way that pickers walk.
create table warehouse.bins (
  warehouse_id uuid    not null references warehouse.warehouses (id),
  code         text    not null check (code ~ '^[A-Z]-\d{2}-\d{1,2}$'),
  zone         text    not null,
  aisle        integer not null,
  slot         integer not null,
  primary key (warehouse_id, code)
);

-- Where a SKU lies in a warehouse; stock is sellable only once it has such a place.
create table warehouse.homes (
  sku_id       uuid not null,
  warehouse_id uuid not null,
  bin          text not null,
  primary key (sku_id, warehouse_id),
  foreign key (warehouse_id, bin) references warehouse.bins (warehouse_id, code)
);

-- The balance. Pages are left half empty so that the many small updates stay on them and touch no index.
create table warehouse.stock (
  sku_id       uuid   not null,
  warehouse_id uuid   not null references warehouse.warehouses (id),
  owner_kind   text   not null check (owner_kind in ('platform', 'brand', 'supplier')),
  owner_id     uuid   not null,
  on_hand      bigint not null default 0,
  allocated    bigint not null default 0,
  reserved     bigint not null default 0,
  -- What the units on hand cost us: the moving average is value_minor / on_hand.
  value_minor  bigint not null default 0,
  currency     text   not null,
  version      bigint not null default 0,
  primary key (sku_id, warehouse_id, owner_kind, owner_id),
  constraint stock_is_there check (on_hand >= 0 and allocated >= 0 and reserved >= 0 and on_hand - allocated - reserved >= 0),
  constraint stock_has_a_value check (value_minor >= 0 and (on_hand > 0 or value_minor = 0))
) with (fillfactor = 50);

create table warehouse.movements (
  sku_id       uuid        not null,
  warehouse_id uuid        not null,
  owner_kind   text        not null,
  owner_id     uuid        not null,
  id           uuid        not null,
  kind         text        not null check (kind in ('received', 'allocated', 'released', 'shipped', 'adjusted')),
  -- How many, without a sign; only an adjustment may be negative.
  units        bigint      not null check (units > 0 or (kind = 'adjusted' and units <> 0)),
  -- What it did to the value on hand, with its sign.
  value_minor  bigint      not null default 0,
  cause        text        not null check (cause <> ''),
  -- For people: what a count found, say.
  note         text        not null default '',
  at           timestamptz not null,
  -- A repetition of the same cause is the same movement.
  primary key (sku_id, warehouse_id, cause, kind)
);
create index movements_by_birth on warehouse.movements (sku_id, id desc);
-- An allocation ends once: its units are released or shipped, never both.
create unique index movements_end_once on warehouse.movements (sku_id, warehouse_id, cause) where kind in ('released', 'shipped');

create trigger movements_are_facts before update or delete on warehouse.movements
  for each row execute function platform.refuse_change();
