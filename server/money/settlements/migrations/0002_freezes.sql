-- What is out of a party's hands until it is decided what he did. A freeze takes what may be paid out (its amount stands here) and
-- earnings that still wait (those lines name the freeze). How it ended is written once.
create table settlements.freezes (
  party_id     uuid        not null,
  id           uuid        not null,
  -- Of what was available; what waits stands on its lines.
  amount_minor bigint      not null check (amount_minor >= 0),
  currency     text        not null check (length(currency) = 3),
  reason       text        not null check (length(reason) between 1 and 500),
  state        text        not null default 'frozen' check (state in ('frozen', 'thawed', 'forfeited')),
  frozen_at    timestamptz not null,
  ended_at     timestamptz,
  primary key (party_id, id),
  check ((state = 'frozen') = (ended_at is null))
);
create trigger freezes_are_kept before delete or truncate on settlements.freezes
  for each statement execute function settlements.refuse_change();

create function settlements.keep_freeze() returns trigger language plpgsql as $$
begin
  if (new.party_id, new.id, new.amount_minor, new.currency, new.reason, new.frozen_at)
    is distinct from (old.party_id, old.id, old.amount_minor, old.currency, old.reason, old.frozen_at)
    or old.state <> 'frozen' then
    raise exception 'a freeze ends once and never changes otherwise'
      using errcode = 'integrity_constraint_violation', constraint = 'freezes_are_immutable';
  end if;
  return new;
end $$;
create trigger freezes_keep before update on settlements.freezes
  for each row execute function settlements.keep_freeze();

alter table settlements.entries drop constraint entries_kind_check, add constraint entries_kind_check check (kind in
  ('commission', 'reserve_kept', 'reserve_returned', 'reversal', 'payout_failed', 'frozen', 'thawed'));
