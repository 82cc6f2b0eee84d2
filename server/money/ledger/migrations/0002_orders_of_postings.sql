-- A journal of a batch speaks of many orders: each posting names its own, and one posting without an order is the other side of
-- them all. An order's part of that one is what balances its own postings.
alter table ledger.postings add column order_id uuid;
create index postings_by_order on ledger.postings (order_id) where order_id is not null;
