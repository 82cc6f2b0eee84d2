-- Coins: money of buyers, spent on gifts. A coin is worth the same when it is bought, given and given back.
create schema coins;

-- What of a gift is whose, and how long it waits. Versions that begin at an instant; a gift keeps the one that applied.
create table coins.terms (
  version              integer     primary key check (version > 0),
  effective_from       timestamptz not null unique,
  creator_basis_points integer     not null check (creator_basis_points between 0 and 10000),
  release_days         integer     not null check (release_days between 0 and 180)
);
insert into coins.terms values (1, '2000-01-01T00:00:00Z', 5000, 7);

-- What somebody asked to buy. Paid from the wallet at once, or when the payment for it has arrived.
create table coins.purchases (
  id          uuid        primary key,
  person_id   uuid        not null,
  coins       bigint      not null check (coins > 0),
  paid_minor  bigint      not null check (paid_minor > 0),
  currency    text        not null check (length(currency) = 3),
  top_up_id   uuid,
  state       text        not null check (state in ('waiting', 'bought', 'failed')),
  asked_at    timestamptz not null,
  decided_at  timestamptz,
  check ((state = 'waiting') = (decided_at is null)),
  check (state <> 'waiting' or top_up_id is not null)
);
create index purchases_waiting on coins.purchases (asked_at) where state = 'waiting';
create index purchases_of_person on coins.purchases (person_id, asked_at desc);

-- Every change of what somebody has, with its cause, once. What he has is their sum.
create table coins.movements (
  person_id uuid        not null,
  cause     text        not null check (length(cause) between 3 and 200),
  kind      text        not null check (kind in ('bought', 'given', 'returned', 'cashed_out')),
  coins     bigint      not null check (coins <> 0),
  at        timestamptz not null,
  primary key (person_id, cause),
  check ((kind in ('bought', 'returned')) = (coins > 0))
);
create index movements_newest on coins.movements (person_id, at desc);

-- A gift as money: what it was worth, and what of it the platform keeps.
create table coins.spends (
  id             uuid        primary key,
  person_id      uuid        not null,
  creator_id     uuid        not null check (creator_id <> person_id),
  coins          bigint      not null check (coins > 0),
  value_minor    bigint      not null check (value_minor > 0),
  platform_minor bigint      not null check (platform_minor between 0 and value_minor),
  currency       text        not null check (length(currency) = 3),
  terms_version  integer     not null references coins.terms (version),
  spent_at       timestamptz not null,
  returned_at    timestamptz
);

-- What of it is owed to whom. Pending until its time, then available, or given back.
create table coins.shares (
  spend_id           uuid        not null references coins.spends (id),
  position           smallint    not null check (position > 0),
  party_id           uuid        not null,
  party_kind         text        not null check (party_kind in ('creator', 'agency')),
  -- The share of what came to this party that it keeps; null for the last, who has what is left.
  keeps_basis_points integer     check (keeps_basis_points between 0 and 10000),
  amount_minor       bigint      not null check (amount_minor > 0),
  currency           text        not null check (length(currency) = 3),
  state              text        not null check (state in ('pending', 'released', 'returned')),
  release_at         timestamptz not null,
  release_id         uuid,
  primary key (spend_id, position)
);
create index shares_to_release on coins.shares (release_at) where state = 'pending';
create index shares_of_party on coins.shares (party_id, state);

create function coins.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of coins.% are facts and never change', tg_table_name
    using errcode = 'integrity_constraint_violation', constraint = 'coins_are_facts';
end $$;
create trigger terms_are_immutable before update or delete on coins.terms
  for each row execute function coins.refuse_change();
create trigger movements_are_immutable before update or delete or truncate on coins.movements
  for each statement execute function coins.refuse_change();
create trigger spends_are_kept before delete or truncate on coins.spends
  for each statement execute function coins.refuse_change();
create trigger shares_are_kept before delete or truncate on coins.shares
  for each statement execute function coins.refuse_change();

-- What a gift was worth and whose it is never changes; it can only be given back, once.
create function coins.keep_spend() returns trigger language plpgsql as $$
begin
  if (new.id, new.person_id, new.creator_id, new.coins, new.value_minor, new.platform_minor, new.terms_version, new.spent_at)
    is distinct from
    (old.id, old.person_id, old.creator_id, old.coins, old.value_minor, old.platform_minor, old.terms_version, old.spent_at)
    or old.returned_at is not null then
    raise exception 'a gift changes only by being given back, once'
      using errcode = 'integrity_constraint_violation', constraint = 'coins_are_facts';
  end if;
  return new;
end $$;
create trigger spends_keep before update on coins.spends for each row execute function coins.keep_spend();
