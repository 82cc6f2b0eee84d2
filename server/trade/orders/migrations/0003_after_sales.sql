-- What buyers ask back after they have the goods, and what was decided.
create table orders.after_sales (
  order_id   uuid        not null,
  id         uuid        not null,
  buyer_id   uuid        not null,
  kind       text        not null check (kind in ('refundOnly')),
  reason     text        not null check (length(reason) between 1 and 500),
  state      text        not null default 'asked' check (state in ('asked', 'approved', 'refused')),
  asked_at   timestamptz not null,
  decided_at timestamptz,
  -- Null where nobody answered in time and the platform approved by itself.
  decided_by uuid,
  answer     text        not null default '',
  primary key (order_id, id),
  check ((state = 'asked') = (decided_at is null))
);
create unique index after_sales_one_open on orders.after_sales (order_id) where state = 'asked';
create index after_sales_waiting on orders.after_sales (asked_at, id) where state = 'asked';
create index after_sales_newest on orders.after_sales (id desc);

create table orders.after_sale_lines (
  order_id      uuid    not null,
  after_sale_id uuid    not null,
  line_no       integer not null,
  amount_minor  bigint  not null check (amount_minor > 0),
  primary key (order_id, after_sale_id, line_no),
  foreign key (order_id, after_sale_id) references orders.after_sales (order_id, id)
);
create trigger after_sale_lines_are_immutable before update or delete on orders.after_sale_lines
  for each row execute function orders.refuse_change();

-- What each line has given back so far: never more than was paid for it.
create table orders.refunded (
  order_id       uuid    not null,
  line_no        integer not null,
  pay_minor      bigint  not null check (pay_minor > 0),
  refunded_minor bigint  not null,
  primary key (order_id, line_no),
  constraint refunded_within_share check (refunded_minor between 0 and pay_minor)
);
