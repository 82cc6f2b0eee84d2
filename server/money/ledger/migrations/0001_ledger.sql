-- The books: journals with their postings, debits positive, credits negative. Facts: nothing here ever changes but the
-- running balance of accounts that have a floor.
create schema ledger;

create table ledger.journals (
  id       uuid        primary key,
  kind     text        not null,
  cause    text        not null check (length(cause) between 3 and 200),
  currency text        not null check (length(currency) = 3),
  order_id uuid,
  at       timestamptz not null
);
create index journals_by_order on ledger.journals (order_id) where order_id is not null;

-- One journal per cause. A table of its own, because journals may be spread over machines by their id, and a unique key
-- can only be held where its rows lie together.
create table ledger.causes (
  cause      text primary key,
  journal_id uuid not null
);

create table ledger.postings (
  journal_id   uuid     not null,
  no           smallint not null check (no > 0),
  account      text     not null check (length(account) between 3 and 120),
  amount_minor bigint   not null check (amount_minor <> 0),
  primary key (journal_id, no)
);
-- Accounts with an owner only: half of all postings go to a few accounts of our own, of which every page is full of rows.
create index postings_by_owner on ledger.postings (account, journal_id)
  where account like 'wallet:%' or account like 'payable:%';

-- Accounts that must not be overdrawn. The balance is what their owner has: minus the sum of the postings.
create table ledger.balances (
  account       text   primary key,
  currency      text   not null check (length(currency) = 3),
  balance_minor bigint not null,
  constraint balances_have_a_floor check (balance_minor >= 0)
);

-- A journal is written whole, by one statement: at its end each journal in it has postings 1 to n, at least two, that sum to
-- zero. Since the numbers start at one, the primary key keeps anybody from adding to a journal later. Looking at what the
-- statement wrote, rather than at each row, costs about a microsecond a posting. The planner is held to the primary keys: a plan
-- that was made while the tables were small must not be kept when they have grown.
create function ledger.postings_are_whole() returns trigger language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  wrong uuid;
begin
  select w.journal_id into wrong
  from (
    select journal_id, sum(amount_minor) as total, count(*) as number, min(no) as first, max(no) as last
    from written group by journal_id
  ) w
  left join ledger.journals j on j.id = w.journal_id
  where w.total <> 0 or w.number < 2 or w.first <> 1 or w.last <> w.number or j.id is null
  limit 1;
  if found then
    raise exception 'journal % is not a whole that sums to zero', wrong
      using errcode = 'integrity_constraint_violation', constraint = 'journals_sum_to_zero';
  end if;
  return null;
end $$;
create trigger postings_are_whole after insert on ledger.postings
  referencing new table as written for each statement execute function ledger.postings_are_whole();

-- The other half: no journal without postings, at the end of the statement.
create function ledger.journals_are_whole() returns trigger language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  wrong uuid;
begin
  select w.id into wrong
  from written w
  left join ledger.postings p on p.journal_id = w.id and p.no = 1
  where p.journal_id is null
  limit 1;
  if found then
    raise exception 'journal % has no postings', wrong
      using errcode = 'integrity_constraint_violation', constraint = 'journals_are_whole';
  end if;
  return null;
end $$;
create trigger journals_are_whole after insert on ledger.journals
  referencing new table as written for each statement execute function ledger.journals_are_whole();

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of ledger.% are facts and never change', tg_table_name
    using errcode = 'integrity_constraint_violation', constraint = 'ledger_is_immutable';
end $$;
create trigger journals_are_immutable before update or delete or truncate on ledger.journals
  for each statement execute function ledger.refuse_change();
create trigger postings_are_immutable before update or delete or truncate on ledger.postings
  for each statement execute function ledger.refuse_change();
create trigger causes_are_immutable before update or delete or truncate on ledger.causes
  for each statement execute function ledger.refuse_change();
