-- Units that a buyer has of a SKU at a price with a limit; live orders only. The check is the last word.
create table orders.bought (
  buyer_id    uuid    not null,
  sku_id      uuid    not null,
  price_id    uuid    not null,
  units       integer not null,
  limit_units integer not null check (limit_units > 0),
  primary key (buyer_id, sku_id, price_id),
  constraint bought_within_limit check (units between 0 and limit_units)
);

-- The limited price that a line was sold at, so that a cancelled line gives its units back to the right count.
alter table orders.lines add column limited_price_id uuid;
