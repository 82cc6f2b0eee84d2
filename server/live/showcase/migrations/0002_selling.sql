-- Sets of goods that a creator saved to hang them into a bag in one go.
create table showcase.sets (
  creator_id  uuid        not null,
  id          uuid        not null,
  name        text        not null check (length(name) between 1 and 40),
  product_ids uuid[]      not null check (cardinality(product_ids) between 1 and 100),
  saved_at    timestamptz not null,
  primary key (creator_id, id)
);

-- Who wants to be told when a product is there again; who came first is told first.
create table showcase.waiting (
  product_id uuid        not null,
  person_id  uuid        not null,
  at         timestamptz not null,
  told_at    timestamptz,
  primary key (product_id, person_id)
);
create index waiting_in_order on showcase.waiting (product_id, at, person_id) where told_at is null;

-- Whether comments buy: not at all, first paid first served, or held for who said it.
alter table showcase.bags add column claim_mode text not null default 'off'
  check (claim_mode in ('off', 'first_paid', 'hold'));

create table showcase.claims (
  session_id uuid        not null,
  -- The comment that said it.
  id         uuid        not null,
  person_id  uuid        not null,
  product_id uuid        not null,
  sku_id     uuid        not null,
  units      integer     not null check (units between 1 and 9),
  mode       text        not null check (mode in ('first_paid', 'hold')),
  at         timestamptz not null,
  primary key (session_id, id)
);
