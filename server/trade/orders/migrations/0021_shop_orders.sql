-- A shop reads its own orders, newest first. What the operator sells himself is most of all and is never asked for like this.
create index orders_of_shop on orders.orders (seller_id, id desc)
  where seller_id <> '00000000-0000-8000-8000-000000000001';
