-- An allocation may be one for all that a batch of orders takes from a shelf: a release or a shipment of a part of it names the
-- allocation that it ends. Empty: it ends the allocation of its own cause, whole.
alter table warehouse.movements add column ends text check (ends is null or kind in ('released', 'shipped'));
create index movements_by_allocation on warehouse.movements (sku_id, warehouse_id, ends) where ends is not null;
