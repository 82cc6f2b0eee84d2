-- Parcels: what of an order leaves from which warehouse, and how far that is.
create schema fulfilment;

-- People say parcel numbers aloud, so they are short. Gaps are normal.
create sequence fulfilment.parcel_numbers start 100001;

create table fulfilment.parcels (
  order_id       uuid        not null,
  warehouse_id   uuid        not null,
  -- Made of the order and the warehouse, so that opening a parcel again meets the same one.
  id             uuid        not null,
  number         text        not null default ('P' || nextval('fulfilment.parcel_numbers')),
  order_number   text        not null,
  buyer_id       uuid        not null,
  state          text        not null check (state in ('to_pick', 'picked', 'packed', 'handed_over', 'collected', 'in_transit',
                   'out_for_delivery', 'delivered', 'exception', 'cancelled')),
  ship_to        jsonb       not null,
  -- When the carrier has to have it: what the buyer was shown.
  promised_by    timestamptz not null,
  deliver_by     timestamptz not null,
  created_at     timestamptz not null,
  weight_grams   integer     check (weight_grams > 0),
  waybill        text        constraint parcels_waybill_once unique,
  carrier        text,
  packed_at      timestamptz,
  handed_over_at timestamptz,
  -- What the goods in it cost, at the moving average when they left.
  cost_minor     bigint      check (cost_minor >= 0),
  currency       text        not null,
  -- What waits for hands comes first, then what travels, then what is done.
  turn           smallint    not null generated always as (case
                   when state in ('to_pick', 'picked', 'packed') then 0
                   when state in ('delivered', 'cancelled') then 2 else 1 end) stored,
  primary key (order_id, warehouse_id),
  check ((waybill is null) = (packed_at is null)),
  check ((cost_minor is null) = (handed_over_at is null)),
  check (state <> 'handed_over' or handed_over_at is not null)
);
create index parcels_by_id on fulfilment.parcels (id);
create index parcels_by_turn on fulfilment.parcels (turn, promised_by, id);
create index parcels_by_state on fulfilment.parcels (state, turn, promised_by, id);
create index parcels_by_number on fulfilment.parcels (number text_pattern_ops);
create index parcels_by_order_number on fulfilment.parcels (order_number text_pattern_ops);

create table fulfilment.lines (
  order_id     uuid    not null,
  warehouse_id uuid    not null,
  line_no      integer not null,
  sku_id       uuid    not null,
  sku_code     text    not null,
  barcode      text    not null,
  title        jsonb   not null,
  label        jsonb   not null,
  picture      text    not null,
  units        integer not null check (units > 0),
  picked_units integer not null default 0,
  primary key (order_id, warehouse_id, line_no),
  foreign key (order_id, warehouse_id) references fulfilment.parcels (order_id, warehouse_id),
  constraint lines_picked_in_bounds check (picked_units between 0 and units)
);
