-- Money that people take out of their wallets.
create schema withdrawals;

-- What holds from an instant on; a withdrawal keeps the version that it was asked for under.
create table withdrawals.rules (
  version            integer     primary key,
  valid_from         timestamptz not null unique,
  minimum_minor      bigint      not null check (minimum_minor > 0),
  fee_minor          bigint      not null check (fee_minor >= 0),
  fee_basis_points   integer     not null check (fee_basis_points between 0 and 10000),
  -- Above this a second person looks at it first.
  review_above_minor bigint      not null check (review_above_minor >= 0),
  per_day_minor_max  bigint      not null check (per_day_minor_max > 0),
  set_by             uuid,
  check (fee_minor < minimum_minor)
);
insert into withdrawals.rules values (1, '2020-01-01', 1000, 0, 10, 500000, 10000000, null);

create sequence withdrawals.numbers start 100001;
create sequence withdrawals.file_numbers start 1001;

create table withdrawals.files (
  id      uuid        primary key,
  number  text        not null unique,
  made_at timestamptz not null,
  made_by uuid
);
create index files_newest on withdrawals.files (made_at desc, id desc);

create table withdrawals.withdrawals (
  id           uuid        primary key,
  number       text        not null unique,
  person_id    uuid        not null,
  person_name  text        not null,
  -- What leaves the wallet; the bank gets it less the fee.
  amount_minor bigint      not null check (amount_minor > 0),
  fee_minor    bigint      not null check (fee_minor >= 0 and fee_minor < amount_minor),
  currency     text        not null check (length(currency) = 3),
  holder       text        not null,
  bank         text        not null,
  account      text        not null,
  rule_version integer     not null references withdrawals.rules (version),
  state        text        not null check (state in ('review', 'approved', 'sent', 'paid', 'refused', 'failed')),
  pays_by      text        not null check (pays_by in ('provider', 'file')),
  note         text        not null default '',
  requested_at timestamptz not null,
  reviewed_at  timestamptz,
  reviewed_by  uuid,
  file_id      uuid        references withdrawals.files (id),
  ended_at     timestamptz,
  ask_at       timestamptz not null,
  asks         integer     not null default 0 check (asks >= 0),
  check ((state in ('paid', 'refused', 'failed')) = (ended_at is not null)),
  check (state <> 'sent' or file_id is not null),
  -- Nobody looks at his own.
  constraint withdrawals_are_seen_by_another check (reviewed_by is null or reviewed_by <> person_id)
);
create index withdrawals_of_person on withdrawals.withdrawals (person_id, requested_at desc);
create index withdrawals_newest on withdrawals.withdrawals (requested_at desc, id desc);
create index withdrawals_to_pay on withdrawals.withdrawals (ask_at) where state = 'approved' and pays_by = 'provider';
create index withdrawals_of_file on withdrawals.withdrawals (file_id) where file_id is not null;

create function withdrawals.keep_terms() returns trigger language plpgsql as $$
begin
  if (new.id, new.number, new.person_id, new.amount_minor, new.fee_minor, new.currency, new.holder, new.bank, new.account,
      new.rule_version, new.requested_at)
    is distinct from
     (old.id, old.number, old.person_id, old.amount_minor, old.fee_minor, old.currency, old.holder, old.bank, old.account,
      old.rule_version, old.requested_at)
    or old.state in ('paid', 'refused', 'failed') then
    raise exception 'what was asked for never changes, and what has ended stays so'
      using errcode = 'integrity_constraint_violation', constraint = 'withdrawals_keep_their_word';
  end if;
  return new;
end $$;
create trigger withdrawals_keep before update on withdrawals.withdrawals
  for each row execute function withdrawals.keep_terms();
create function withdrawals.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'a rule that was set stays as it was: set another' using errcode = 'integrity_constraint_violation';
end $$;
create trigger rules_never_change before update or delete on withdrawals.rules
  for each row execute function withdrawals.refuse_change();
