-- Waybill numbers, shipments, and what carriers say about them.
create schema logistics;

-- Numbers are fetched from the carrier ahead of need, so that packing asks nobody outside. One per parcel, for ever.
create table logistics.waybills (
  waybill    text        primary key,
  carrier    text        not null,
  parcel_id  uuid        constraint waybills_once_per_parcel unique,
  fetched_at timestamptz not null,
  taken_at   timestamptz,
  check ((parcel_id is null) = (taken_at is null))
);
create index waybills_free on logistics.waybills (carrier, waybill) where parcel_id is null;

create table logistics.shipments (
  waybill        text        primary key references logistics.waybills (waybill),
  carrier        text        not null,
  parcel_id      uuid        not null unique,
  order_id       uuid        not null,
  buyer_id       uuid        not null,
  from_province  text        not null,
  from_city      text        not null,
  to_province    text        not null,
  to_city        text        not null,
  to_district    text        not null,
  handed_over_at timestamptz,
  -- Where it stands: the fold of its tracks, and the track that decided it.
  state          text        check (state in ('collected', 'in_transit', 'out_for_delivery', 'delivered', 'exception')),
  decided_by     text,
  -- The sandbox carrier's next scan.
  scans_done     integer     not null default 0,
  next_scan_at   timestamptz
);
create index shipments_by_next_scan on logistics.shipments (next_scan_at) where next_scan_at is not null;

-- What a carrier said. It may say it twice, late, and in any order.
create table logistics.tracks (
  waybill          text        not null references logistics.shipments (waybill),
  state            text        not null check (state in ('collected', 'in_transit', 'out_for_delivery', 'delivered', 'exception')),
  carrier_event_id text        not null,
  at               timestamptz not null,
  place            text        not null,
  sentence_en      text        not null,
  sentence_zh      text        not null,
  taken_at         timestamptz not null,
  primary key (waybill, state, carrier_event_id)
);
create trigger tracks_are_facts before update or delete on logistics.tracks
  for each row execute function platform.refuse_change();
