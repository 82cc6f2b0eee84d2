-- Top-ups and payments for orders are one thing: money that a provider takes for us. One for orders is held until they are paid
-- from it, or goes back where it came from.
alter table payments.top_ups rename to payments;
alter table payments.callbacks rename column top_up_id to payment_id;
-- Until here such money went to the wallet like any other.
update payments.payments set group_id = null;
alter table payments.payments
  -- What waits with it out of its owner's wallet; zero once it was used or set free.
  add column hold_minor bigint not null default 0 check (hold_minor >= 0),
  -- When it was decided what becomes of money for orders.
  add column used_at timestamptz,
  -- What has gone back, or is on its way: to its source, or to the wallet where the source would not take it.
  add column refunded_minor bigint not null default 0 constraint payments_refund_what_they_took
    check (refunded_minor between 0 and amount_minor),
  -- Where its payer says yes, with providers that ask him themselves.
  add column redirect_url text,
  -- When the provider is asked next, and how often it was.
  add column ask_at timestamptz not null default now(),
  add column asks integer not null default 0 check (asks >= 0),
  add constraint payments_used_when_there check (used_at is null or (group_id is not null and state = 'succeeded')),
  add constraint payments_give_back_what_came check (refunded_minor = 0 or state = 'succeeded'),
  add constraint payments_hold_for_orders check (hold_minor = 0 or (group_id is not null and used_at is null));
drop index payments.top_ups_open;
create index payments_open on payments.payments (ask_at) where state = 'pending';
create index payments_of_group on payments.payments (group_id) where group_id is not null;
create index payments_unused on payments.payments (decided_at) where group_id is not null and state = 'succeeded' and used_at is null;
create index payments_newest on payments.payments (requested_at desc, id desc);

create or replace function payments.keep_top_up() returns trigger language plpgsql as $$
begin
  if (new.id, new.person_id, new.amount_minor, new.currency, new.provider, new.requested_at, new.group_id)
    is distinct from (old.id, old.person_id, old.amount_minor, old.currency, old.provider, old.requested_at, old.group_id)
    or (old.state = 'succeeded' and new.state <> 'succeeded') or (old.state <> 'pending' and new.state = 'pending')
    or (old.used_at is not null and new.used_at is distinct from old.used_at) or new.refunded_minor < old.refunded_minor then
    raise exception 'a payment that succeeded has succeeded'
      using errcode = 'integrity_constraint_violation', constraint = 'payments_keep_their_word';
  end if;
  return new;
end $$;

-- What of an order was paid by which payment; what is not here came from the wallet. Never gives back more than it paid.
create table payments.shares (
  order_id       uuid   not null,
  payment_id     uuid   not null,
  paid_minor     bigint not null check (paid_minor > 0),
  refunded_minor bigint not null default 0,
  primary key (order_id, payment_id),
  constraint shares_refund_what_they_paid check (refunded_minor between 0 and paid_minor)
);
create index shares_of_payment on payments.shares (payment_id);

-- Money on its way back to where it came from. The cause says why, once.
create table payments.refunds (
  id                 uuid        primary key,
  payment_id         uuid        not null references payments.payments (id),
  person_id          uuid        not null,
  -- Empty for money that no order took.
  order_id           uuid,
  cause              text        not null unique check (length(cause) between 3 and 200),
  amount_minor       bigint      not null check (amount_minor > 0),
  currency           text        not null check (length(currency) = 3),
  state              text        not null default 'requested' check (state in ('requested', 'succeeded', 'failed')),
  requested_at       timestamptz not null,
  decided_at         timestamptz,
  provider_reference text,
  ask_at             timestamptz not null,
  asks               integer     not null default 0 check (asks >= 0),
  settled_at         timestamptz,
  check ((state = 'requested') = (decided_at is null)),
  check (settled_at is null or state = 'succeeded')
);
create index refunds_open on payments.refunds (ask_at) where state = 'requested';
create index refunds_of_payment on payments.refunds (payment_id);

create function payments.keep_refund() returns trigger language plpgsql as $$
begin
  if (new.id, new.payment_id, new.person_id, new.order_id, new.cause, new.amount_minor, new.currency, new.requested_at)
    is distinct from
     (old.id, old.payment_id, old.person_id, old.order_id, old.cause, old.amount_minor, old.currency, old.requested_at)
    or (old.state <> 'requested' and new.state <> old.state) then
    raise exception 'a refund that was decided stays as it was'
      using errcode = 'integrity_constraint_violation', constraint = 'refunds_keep_their_word';
  end if;
  return new;
end $$;
create trigger refunds_keep before update on payments.refunds for each row execute function payments.keep_refund();

-- What happened to a payment, in the order in which we learned it: for whoever has to explain one.
create table payments.steps (
  no         bigint      generated always as identity primary key,
  payment_id uuid        not null,
  kind       text        not null,
  note       text        not null default '',
  at         timestamptz not null
);
create index steps_of_payment on payments.steps (payment_id, no);

-- The sandbox provider's books: refunds too, and what an operator told it to do with the next ones.
alter table payments.sandbox_payments drop constraint sandbox_payments_direction_check,
  add constraint sandbox_payments_direction_check check (direction in ('in', 'out', 'refund'));
create index sandbox_payments_by_time on payments.sandbox_payments (at) where outcome = 'succeeded';
create table payments.sandbox_switches (
  direction  text    primary key check (direction in ('in', 'out', 'refund')),
  behaviour  text    not null,
  times_left integer not null check (times_left >= 0)
);
alter table payments.sandbox_messages add column direction text not null default 'in' check (direction in ('in', 'out', 'refund'));
