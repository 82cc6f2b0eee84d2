-- What creators and shops must have left with us before they may sell, and what each has.
create schema sureties;

-- Versions that begin at an instant; none is ever changed.
create table sureties.levels (
  kind           text        not null check (kind in ('creator', 'shop')),
  version        integer     not null check (version > 0),
  minor_min      bigint      not null check (minor_min >= 0),
  effective_from timestamptz not null,
  set_by         uuid,
  primary key (kind, version),
  unique (kind, effective_from)
);
insert into sureties.levels values ('creator', 1, 0, '2001-01-01T00:00:00Z', null), ('shop', 1, 0, '2001-01-01T00:00:00Z', null);
create function sureties.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'a level that was set stays as it was: set another' using errcode = 'integrity_constraint_violation';
end $$;
create trigger levels_never_change before update or delete on sureties.levels
  for each row execute function sureties.refuse_change();

-- Written in the same transaction as the books, which are the truth; here so that gates need not ask them.
create table sureties.held (
  party_id   uuid   primary key,
  held_minor bigint not null check (held_minor >= 0)
);
