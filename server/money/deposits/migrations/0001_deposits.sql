-- What creators and shops leave with us against what they may have to answer for. Each row is a change; none is ever changed.
create schema deposits;

create table deposits.movements (
  party_id     uuid        not null,
  id           uuid        not null,
  kind         text        not null check (kind in ('top_up', 'charge', 'return')),
  party_kind   text        not null check (party_kind in ('creator', 'shop')),
  -- Positive comes, negative goes; nothing where a charge met an empty deposit.
  amount_minor bigint      not null check (case kind when 'top_up' then amount_minor > 0 when 'return' then amount_minor < 0
    else amount_minor < 0 or (amount_minor = 0 and owed_minor > 0) end),
  -- Of a charge: what the deposit did not cover, and is taken from what he earns.
  owed_minor   bigint      not null default 0 check (owed_minor >= 0 and (owed_minor = 0 or kind = 'charge')),
  currency     text        not null check (length(currency) = 3),
  reason       text        not null check (length(reason) between 1 and 500),
  violation_id uuid,
  at           timestamptz not null,
  by           uuid,
  primary key (party_id, id)
);
create index movements_newest on deposits.movements (party_id, at desc, id desc);
create function deposits.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'movements of deposits never change' using errcode = 'integrity_constraint_violation';
end $$;
create trigger movements_are_kept before update or delete or truncate on deposits.movements
  for each statement execute function deposits.refuse_change();
