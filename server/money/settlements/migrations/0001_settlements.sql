-- What parties may be paid, what is kept back for refunds, and what was paid out. Every key begins with the party.
create schema settlements;

-- One line of a party's statement. What it says never changes; once it stands in a payout, it stays there.
create table settlements.entries (
  party_id     uuid        not null,
  cause        text        not null check (length(cause) between 3 and 200),
  kind         text        not null
    check (kind in ('commission', 'reserve_kept', 'reserve_returned', 'reversal', 'payout_failed')),
  order_id     uuid,
  order_number text,
  amount_minor bigint      not null check (amount_minor <> 0),
  currency     text        not null check (length(currency) = 3),
  at           timestamptz not null,
  payout_id    uuid,
  primary key (party_id, cause)
);
create index entries_to_pay on settlements.entries (party_id) where payout_id is null;
create index entries_of_order on settlements.entries (party_id, order_id);

-- Kept back when an earning is released, returned some days later.
create table settlements.reserves (
  party_id     uuid        not null,
  order_id     uuid        not null,
  line_no      integer     not null,
  party_kind   text        not null,
  order_number text        not null,
  amount_minor bigint      not null check (amount_minor > 0),
  currency     text        not null check (length(currency) = 3),
  kept_at      timestamptz not null,
  return_at    timestamptz not null,
  returned_at  timestamptz,
  primary key (party_id, order_id, line_no, party_kind)
);
create index reserves_to_return on settlements.reserves (return_at) where returned_at is null;

create sequence settlements.payout_numbers start 100001;

create table settlements.payouts (
  party_id           uuid        not null,
  id                 uuid        not null,
  number             text        not null,
  party_name         text        not null,
  amount_minor       bigint      not null check (amount_minor > 0),
  currency           text        not null check (length(currency) = 3),
  state              text        not null default 'closed' check (state in ('closed', 'paid', 'failed')),
  closed_at          timestamptz not null,
  ended_at           timestamptz,
  provider_reference text,
  primary key (party_id, id),
  check ((state = 'closed') = (ended_at is null))
);
create index payouts_newest on settlements.payouts (closed_at desc, id desc);
create index payouts_to_pay on settlements.payouts (closed_at) where state = 'closed';

create table settlements.payout_lines (
  party_id     uuid     not null,
  payout_id    uuid     not null,
  no           integer  not null check (no > 0),
  cause        text     not null,
  sentence     jsonb    not null check (sentence ? 'en' and sentence ? 'zh'),
  order_id     uuid,
  order_number text,
  amount_minor bigint   not null check (amount_minor <> 0),
  primary key (party_id, payout_id, no),
  unique (party_id, cause),
  foreign key (party_id, payout_id) references settlements.payouts (party_id, id)
);

create function settlements.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of settlements.% never change', tg_table_name
    using errcode = 'integrity_constraint_violation', constraint = 'payouts_are_immutable';
end $$;
create trigger payout_lines_are_immutable before update or delete or truncate on settlements.payout_lines
  for each statement execute function settlements.refuse_change();
create trigger payouts_are_kept before delete or truncate on settlements.payouts
  for each statement execute function settlements.refuse_change();
create trigger entries_are_kept before delete or truncate on settlements.entries
  for each statement execute function settlements.refuse_change();

create function settlements.keep_payout() returns trigger language plpgsql as $$
begin
  if (new.party_id, new.id, new.number, new.party_name, new.amount_minor, new.currency, new.closed_at)
    is distinct from (old.party_id, old.id, old.number, old.party_name, old.amount_minor, old.currency, old.closed_at)
    or old.state <> 'closed' then
    raise exception 'a closed payout never changes but for how it ended'
      using errcode = 'integrity_constraint_violation', constraint = 'payouts_are_immutable';
  end if;
  return new;
end $$;
create trigger payouts_keep before update on settlements.payouts
  for each row execute function settlements.keep_payout();

create function settlements.keep_entry() returns trigger language plpgsql as $$
begin
  if (new.party_id, new.cause, new.kind, new.order_id, new.amount_minor, new.currency, new.at)
    is distinct from (old.party_id, old.cause, old.kind, old.order_id, old.amount_minor, old.currency, old.at)
    or old.payout_id is not null then
    raise exception 'an entry never changes, and stays in its payout'
      using errcode = 'integrity_constraint_violation', constraint = 'entries_are_immutable';
  end if;
  return new;
end $$;
create trigger entries_keep before update on settlements.entries
  for each row execute function settlements.keep_entry();

-- A payout is the sum of its lines, and its lines are the entries that it paid: looked at when the transaction commits.
create function settlements.payout_is_itemised() returns trigger language plpgsql as $$
declare
  payout settlements.payouts;
  lines_minor numeric;
  entries_minor numeric;
begin
  select * into payout from settlements.payouts p where p.party_id = new.party_id and p.id = new.id;
  select sum(amount_minor) into lines_minor from settlements.payout_lines l
    where l.party_id = payout.party_id and l.payout_id = payout.id;
  select sum(e.amount_minor) into entries_minor from settlements.payout_lines l
    join settlements.entries e on e.party_id = l.party_id and e.cause = l.cause
      and e.payout_id = l.payout_id and e.amount_minor = l.amount_minor
    where l.party_id = payout.party_id and l.payout_id = payout.id;
  if lines_minor is distinct from payout.amount_minor or entries_minor is distinct from payout.amount_minor then
    raise exception 'payout % is not the sum of its lines', payout.id
      using errcode = 'integrity_constraint_violation', constraint = 'payouts_are_itemised';
  end if;
  return null;
end $$;
create constraint trigger payouts_are_itemised after insert on settlements.payouts
  deferrable initially deferred for each row execute function settlements.payout_is_itemised();
-- And the lines are written at once: whoever adds one later, to a payout of long ago, breaks its sum.
create function settlements.lines_are_whole() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from (select distinct party_id, payout_id from written) w
    join settlements.payouts p on p.party_id = w.party_id and p.id = w.payout_id
    where p.amount_minor is distinct from (
      select sum(l.amount_minor) from settlements.payout_lines l where l.party_id = p.party_id and l.payout_id = p.id)
  ) then
    raise exception 'the lines of a payout are written at once and sum to it'
      using errcode = 'integrity_constraint_violation', constraint = 'payouts_are_itemised';
  end if;
  return null;
end $$;
create trigger lines_are_whole after insert on settlements.payout_lines
  referencing new table as written for each statement execute function settlements.lines_are_whole();
