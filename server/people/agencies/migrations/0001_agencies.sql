-- Agencies and the contracts by which they share in their creators' commission. A contract holds from an instant
-- (included) to an instant (excluded); a creator has at most one at any instant.
create schema agencies;
-- The exclusion below compares ids with `=` inside a GiST index, which this extension of PostgreSQL's own makes possible.
create extension if not exists btree_gist;

create table agencies.agencies (
  id        uuid        primary key,
  name      text        not null check (length(name) between 1 and 80),
  opened_at timestamptz not null
);

create table agencies.contracts (
  id           uuid        primary key,
  agency_id    uuid        not null references agencies.agencies (id),
  creator_id   uuid        not null,
  basis_points integer     not null check (basis_points between 0 and 10000),
  from_at      timestamptz not null,
  -- Null: until somebody ends it.
  until_at     timestamptz,
  signed_at    timestamptz not null,
  -- A contract that is ended before it began binds nobody at no time; `<=` lets that stand as a record.
  check (until_at is null or from_at <= until_at),
  constraint contracts_do_not_overlap exclude using gist (creator_id with =, tstzrange(from_at, until_at, '[)') with &&)
);
create index contracts_by_agency on agencies.contracts (agency_id, from_at);
