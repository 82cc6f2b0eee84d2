create schema flash;

-- What the operator lets a creator sell in flash sales of his own: so many units of a SKU at this price, each buyer at most so
-- many. The creator may sell fewer, or let each buyer have fewer; the price is never his to say.
create table flash.grants (
  id              uuid        primary key,
  creator_id      uuid        not null,
  sku_id          uuid        not null,
  price_minor     bigint      not null check (price_minor > 0),
  units           integer     not null check (units > 0),
  -- What no sale of his has taken; what a sale did not sell comes back.
  units_left      integer     not null,
  per_buyer_units integer     not null check (per_buyer_units between 1 and units),
  platform_points integer     not null check (platform_points >= 0),
  seller_points   integer     not null check (seller_points >= 0),
  creator_points  integer     not null check (creator_points >= 0),
  brand_points    integer     not null check (brand_points >= 0),
  budget_id       uuid,
  valid_until     timestamptz not null,
  granted_at      timestamptz not null,
  granted_by      uuid,
  check (platform_points + seller_points + creator_points + brand_points = 10000),
  check (platform_points = 0 or budget_id is not null),
  constraint grants_within_units check (units_left between 0 and units)
);
create index grants_of_creator on flash.grants (creator_id, valid_until);

-- A flash sale in a room. Its id is that of its price (`goods/listings`). Its window is in its terms and never moves; it may end early.
create table flash.sales (
  id              uuid        primary key,
  kind            text        not null check (kind in ('liveFlash', 'creatorLiveFlash')),
  room_id         uuid        not null,
  session_id      uuid        not null,
  creator_id      uuid        not null,
  grant_id        uuid        references flash.grants (id),
  sku_id          uuid        not null,
  product_id      uuid        not null,
  title           jsonb       not null,
  label           jsonb       not null,
  picture         text        not null,
  price_minor     bigint      not null check (price_minor > 0),
  shelf_minor     bigint      not null check (shelf_minor > price_minor),
  currency        text        not null,
  units           integer     not null check (units > 0),
  per_buyer_units integer     not null check (per_buyer_units between 1 and units),
  announced_at    timestamptz not null,
  starts_at       timestamptz not null,
  ends_at         timestamptz not null,
  state           text        not null default 'announced' check (state in ('announced', 'running', 'ended', 'cancelled')),
  closed_at       timestamptz,
  check ((kind = 'creatorLiveFlash') = (grant_id is not null)),
  check (starts_at - announced_at between interval '10 seconds' and interval '300 seconds'),
  check (ends_at - starts_at between interval '1 minute' and interval '20 minutes'),
  check ((closed_at is not null) = (state in ('ended', 'cancelled')))
);
-- One at a time of a SKU in a room.
create unique index sales_open_once on flash.sales (room_id, sku_id) where closed_at is null;
create index sales_open on flash.sales (sku_id) where closed_at is null;
create index sales_of_room on flash.sales (room_id, ends_at);

-- The units of a sale, by the warehouse that keeps them back for it. What is neither left nor returned to the shelf is in orders.
create table flash.shelves (
  sale_id        uuid    not null references flash.sales (id),
  warehouse_id   uuid    not null,
  province       text    not null,
  units          integer not null check (units > 0),
  units_left     integer not null,
  units_returned integer not null default 0,
  primary key (sale_id, warehouse_id),
  constraint flash_units_are_there check (units_left >= 0 and units_returned >= 0 and units_left + units_returned <= units)
) with (fillfactor = 50);
