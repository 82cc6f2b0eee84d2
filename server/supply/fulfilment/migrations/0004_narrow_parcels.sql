-- Where a parcel goes and what lies in it is written once for all parcels that say the same, and named by its content. Parcels of
-- before keep what they have.
create table fulfilment.shared (
  id   uuid  primary key,
  body jsonb not null
);
create trigger shared_are_facts before update or delete on fulfilment.shared
  for each row execute function platform.refuse_change();
alter table fulfilment.parcels add column ship_to_id uuid, alter column ship_to drop not null,
  add constraint parcels_say_where check ((ship_to is null) = (ship_to_id is not null));
alter table fulfilment.lines add column goods_id uuid,
  alter column sku_code drop not null, alter column barcode drop not null, alter column title drop not null,
  alter column label drop not null, alter column picture drop not null,
  add constraint lines_say_what check ((goods_id is null) = (title is not null));

-- A new parcel has to be picked: those are found by their turn. Numbers are given in the order in which rows are written, so the
-- bounds of some pages are enough to find one.
drop index fulfilment.parcels_by_state;
create index parcels_by_state on fulfilment.parcels (state, turn, promised_by, id) where state <> 'to_pick';
drop index fulfilment.parcels_by_number;
drop index fulfilment.parcels_by_order_number;
create index parcels_by_number on fulfilment.parcels using brin (number collate "C")
  with (pages_per_range = 16, autosummarize = on);
create index parcels_by_order_number on fulfilment.parcels using brin (order_number collate "C")
  with (pages_per_range = 16, autosummarize = on);
