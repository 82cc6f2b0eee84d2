-- Shops that sell here beside the operator, and who acts for each.
create schema merchants;

-- Its id is the seller of record on everything that it sells.
create table merchants.shops (
  id        uuid        primary key,
  name_en   text        not null check (length(name_en) between 1 and 80),
  name_zh   text        not null check (length(name_zh) between 1 and 80),
  opened_at timestamptz not null
);
create index shops_newest on merchants.shops (opened_at desc, id desc);

-- A person acts for one shop, so nobody has to say for which.
create table merchants.members (
  person_id uuid        primary key,
  shop_id   uuid        not null references merchants.shops (id),
  added_at  timestamptz not null,
  added_by  uuid
);
create index members_of_shop on merchants.members (shop_id);
