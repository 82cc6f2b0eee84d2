-- Money that comes in through a payment provider. The provider's answers may be late, doubled, out of order or lost; what
-- stands here is what we know, and a top-up succeeds once.
create schema payments;

create table payments.top_ups (
  id                 uuid        primary key,
  person_id          uuid        not null,
  amount_minor       bigint      not null check (amount_minor > 0),
  currency           text        not null check (length(currency) = 3),
  provider           text        not null,
  state              text        not null check (state in ('pending', 'succeeded', 'failed')),
  provider_reference text,
  requested_at       timestamptz not null,
  decided_at         timestamptz,
  -- The provider has paid us, less its fee.
  settled_at         timestamptz,
  fee_minor          bigint      check (fee_minor >= 0 and fee_minor <= amount_minor),
  check ((state = 'pending') = (decided_at is null)),
  check ((settled_at is null) = (fee_minor is null)),
  check (settled_at is null or state = 'succeeded')
);
create index top_ups_of_person on payments.top_ups (person_id, requested_at desc);
create index top_ups_open on payments.top_ups (requested_at) where state = 'pending';
create index top_ups_to_settle on payments.top_ups (decided_at) where state = 'succeeded' and settled_at is null;

-- What was asked never changes, and money that came in does not go away again by an update.
create function payments.keep_top_up() returns trigger language plpgsql as $$
begin
  if (new.id, new.person_id, new.amount_minor, new.currency, new.provider, new.requested_at)
    is distinct from (old.id, old.person_id, old.amount_minor, old.currency, old.provider, old.requested_at)
    or (old.state = 'succeeded' and new.state <> 'succeeded') or (old.state <> 'pending' and new.state = 'pending') then
    raise exception 'a top-up that succeeded has succeeded'
      using errcode = 'integrity_constraint_violation', constraint = 'top_ups_keep_their_word';
  end if;
  return new;
end $$;
create trigger top_ups_keep before update on payments.top_ups for each row execute function payments.keep_top_up();

-- Every message of a provider, once.
create table payments.callbacks (
  provider    text        not null,
  message_id  text        not null check (length(message_id) between 1 and 200),
  top_up_id   uuid        not null,
  outcome     text        not null check (outcome in ('succeeded', 'failed', 'pending')),
  received_at timestamptz not null,
  primary key (provider, message_id)
);

-- The sandbox provider's own books: as if they were kept elsewhere. Nothing of ours is decided by them, only by its answers.
create table payments.sandbox_payments (
  reference    uuid        not null,
  direction    text        not null check (direction in ('in', 'out')),
  amount_minor bigint      not null check (amount_minor > 0),
  currency     text        not null,
  outcome      text        not null check (outcome in ('succeeded', 'failed', 'pending')),
  at           timestamptz not null,
  primary key (reference, direction)
);
create table payments.sandbox_messages (
  reference    uuid        not null,
  no           integer     not null check (no > 0),
  message_id   text        not null,
  outcome      text        not null check (outcome in ('succeeded', 'failed', 'pending')),
  due_at       timestamptz not null,
  delivered_at timestamptz,
  primary key (reference, no)
);
create index sandbox_messages_due on payments.sandbox_messages (due_at) where delivered_at is null;
