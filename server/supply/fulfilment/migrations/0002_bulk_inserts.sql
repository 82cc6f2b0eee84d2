-- Parcels and their lines are written by one transaction; that no line is an orphan is an invariant of the auditor. A parcel
-- has no waybill until it is packed, and what it has not needs no place in an index.
alter table fulfilment.lines drop constraint lines_order_id_warehouse_id_fkey;
alter table fulfilment.parcels drop constraint parcels_waybill_once;
create unique index parcels_waybill_once on fulfilment.parcels (waybill) where waybill is not null;
