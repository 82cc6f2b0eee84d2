create schema orders;

-- What one asker asked for at once. The asker makes the id, so a retry meets this row; the hash tells another body apart.
-- Orders of a group share its payment. Every unique key begins with an order's id: the tables can be spread by it.
create table orders.groups (
  id           uuid        primary key,
  buyer_id     uuid        not null,
  request_hash bytea       not null,
  pay_minor    bigint      not null check (pay_minor > 0),
  currency     text        not null,
  placed_at    timestamptz not null
);

create sequence orders.numbers increment by 1000 start with 10000001;

create table orders.orders (
  id             uuid        primary key,
  group_id       uuid        not null references orders.groups (id),
  number         bigint      not null,
  buyer_id       uuid        not null,
  buyer_name     text        not null,
  channel        text        not null,
  seller_id      uuid        not null,
  seller_name    jsonb       not null,
  state          text        not null check (state in ('paid', 'packed', 'shipped', 'delivered', 'confirmed', 'cancelled')),
  currency       text        not null,
  price_minor    bigint      not null check (price_minor > 0),
  discount_minor bigint      not null check (discount_minor >= 0),
  -- What the platform bears of the discount: drawn from budgets at once, posted as subsidy when confirmed.
  subsidy_minor  bigint      not null check (subsidy_minor >= 0 and subsidy_minor <= discount_minor),
  pay_minor      bigint      not null check (pay_minor > 0),
  creator_id     uuid,
  room_id        uuid,
  session_id     uuid,
  room_title     text,
  ship_to        jsonb       not null,
  dispatch_by    timestamptz not null,
  deliver_by     timestamptz not null,
  is_demo        boolean     not null,
  placed_at      timestamptz not null,
  -- Set when the goods leave: from then on the platform confirms for the buyer after the escrow's days.
  confirm_by     timestamptz,
  confirmed_at   timestamptz,
  cancelled_at   timestamptz,
  check (price_minor - discount_minor = pay_minor),
  check ((state = 'confirmed') = (confirmed_at is not null)),
  check ((state = 'cancelled') = (cancelled_at is not null)),
  check ((room_id is null) = (creator_id is null))
);
create index orders_of_buyer on orders.orders (buyer_id, id desc);
create index orders_of_creator on orders.orders (creator_id, id desc) where creator_id is not null;
create index orders_by_number on orders.orders (number);
create index orders_of_group on orders.orders (group_id);
create index orders_to_confirm on orders.orders (confirm_by) where state in ('shipped', 'delivered');

create table orders.lines (
  order_id         uuid    not null references orders.orders (id),
  no               integer not null check (no > 0),
  sku_id           uuid    not null,
  product_id       uuid    not null,
  title            jsonb   not null,
  label            jsonb   not null,
  picture          text    not null,
  units            integer not null check (units > 0),
  unit_price_minor bigint  not null check (unit_price_minor > 0),
  discount_minor   bigint  not null check (discount_minor >= 0),
  pay_minor        bigint  not null check (pay_minor >= 0),
  warehouse_id     uuid    not null,
  primary key (order_id, no),
  check (unit_price_minor * units - discount_minor = pay_minor)
);

-- Who gave the buyer what, per line. The four shares say who bears it and sum to the whole.
create table orders.discounts (
  order_id        uuid    not null references orders.orders (id),
  line_no         integer not null,
  promotion_id    uuid    not null,
  name            jsonb   not null,
  amount_minor    bigint  not null check (amount_minor > 0),
  platform_points integer not null check (platform_points >= 0),
  seller_points   integer not null check (seller_points >= 0),
  creator_points  integer not null check (creator_points >= 0),
  brand_points    integer not null check (brand_points >= 0),
  budget_id       uuid,
  primary key (order_id, line_no, promotion_id),
  check (platform_points + seller_points + creator_points + brand_points = 10000)
);

-- What happened to an order after it was placed, for the people who wait.
create table orders.steps (
  order_id uuid        not null references orders.orders (id),
  step     text        not null,
  at       timestamptz not null,
  sentence jsonb       not null,
  primary key (order_id, step)
);

create function orders.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'what a buyer agreed to never changes (orders.%)', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$;
create trigger lines_are_immutable before update or delete on orders.lines
  for each row execute function orders.refuse_change();
create trigger discounts_are_immutable before update or delete on orders.discounts
  for each row execute function orders.refuse_change();
create trigger groups_are_immutable before update or delete on orders.groups
  for each row execute function orders.refuse_change();

-- An order's terms are frozen; only its state and the instants that go with it move.
create function orders.keep_terms() returns trigger language plpgsql as $$
begin
  if (new.id, new.group_id, new.number, new.buyer_id, new.currency, new.price_minor, new.discount_minor, new.subsidy_minor,
      new.pay_minor, new.seller_id, new.placed_at, new.creator_id, new.room_id)
    is distinct from
     (old.id, old.group_id, old.number, old.buyer_id, old.currency, old.price_minor, old.discount_minor, old.subsidy_minor,
      old.pay_minor, old.seller_id, old.placed_at, old.creator_id, old.room_id) then
    raise exception 'the terms of a placed order never change' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger orders_keep_terms before update on orders.orders for each row execute function orders.keep_terms();
create trigger orders_are_kept before delete on orders.orders for each row execute function orders.refuse_change();
