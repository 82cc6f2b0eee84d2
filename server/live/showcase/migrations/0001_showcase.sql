create schema showcase;

-- The shopping bag of one session. It is open while the session may still sell.
create table showcase.bags (
  session_id     uuid        primary key,
  room_id        uuid        not null,
  pinned_item_id uuid,
  closed_at      timestamptz
);

create table showcase.items (
  session_id uuid    not null references showcase.bags (session_id),
  id         uuid    not null,
  product_id uuid    not null,
  position   integer not null check (position >= 0),
  primary key (session_id, id),
  unique (session_id, product_id)
);

-- Which SKUs hang on the open bags: stock that changes finds its rooms by this.
create table showcase.item_skus (
  session_id uuid not null references showcase.bags (session_id),
  sku_id     uuid not null,
  product_id uuid not null,
  primary key (session_id, sku_id)
);
create index item_skus_by_sku on showcase.item_skus (sku_id);

-- From when to when a product was explained: a replay jumps there.
create table showcase.marks (
  session_id uuid        not null references showcase.bags (session_id),
  id         uuid        not null,
  product_id uuid        not null,
  from_at    timestamptz not null,
  until_at   timestamptz check (until_at >= from_at),
  primary key (session_id, id)
);
-- At most one product is explained at a time.
create unique index marks_one_open on showcase.marks (session_id) where until_at is null;
