-- People to whom something is closed for a reason that they can read. A listing without a reason cannot be made.
create schema blacklist;

create table blacklist.listings (
  id            uuid        primary key,
  person_id     uuid        not null,
  restricts     text[]      not null check (restricts <@ array['give', 'create'] and cardinality(restricts) > 0),
  reason        text        not null check (length(trim(reason)) between 3 and 500),
  listed_by     uuid,
  starts_at     timestamptz not null,
  -- Null: until it is lifted.
  ends_at       timestamptz check (ends_at > starts_at),
  -- What the person says against it, once.
  objection     text        check (length(objection) between 3 and 1000),
  objected_at   timestamptz,
  lifted_at     timestamptz check (lifted_at >= starts_at),
  lifted_reason text        check (length(lifted_reason) between 3 and 500),
  check ((lifted_at is null) = (lifted_reason is null)),
  check ((objection is null) = (objected_at is null))
);
create index listings_of_person on blacklist.listings (person_id, starts_at desc);
create index listings_newest on blacklist.listings (starts_at desc, id desc);

create function blacklist.keep_listing() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE'
    or (new.id, new.person_id, new.restricts, new.reason, new.starts_at)
      is distinct from (old.id, old.person_id, old.restricts, old.reason, old.starts_at)
    or new.ends_at is distinct from old.ends_at
    or (old.objection is not null and new.objection is distinct from old.objection)
    or (old.lifted_at is not null and new.lifted_at is distinct from old.lifted_at)
  then
    raise exception 'a listing does not change, it can only be objected to and lifted'
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger listings_keep before update or delete on blacklist.listings
  for each row execute function blacklist.keep_listing();
