-- An order may wait some minutes for its payment: its units, limits and budgets are taken, its money is not there yet. `pay_by` is
-- empty for what was paid when it was placed.
alter table orders.orders add column pay_by timestamptz, add column paid_at timestamptz;
alter table orders.orders drop constraint orders_state_check, add constraint orders_state_check check (state in
  ('unpaid', 'paid', 'packed', 'shipped', 'delivered', 'confirmed', 'cancelled'));
alter table orders.orders
  add constraint orders_unpaid_wait check (state <> 'unpaid' or (pay_by is not null and paid_at is null)),
  add constraint orders_paid_once check (paid_at is null or pay_by is not null),
  add constraint orders_go_on_paid check (state in ('unpaid', 'cancelled') or pay_by is null or paid_at is not null);
create index orders_unpaid on orders.orders (pay_by) where state = 'unpaid';
create index orders_unpaid_of_buyer on orders.orders (buyer_id) where state = 'unpaid';
