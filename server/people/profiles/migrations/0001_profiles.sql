-- Where people want their parcels. Orders keep a copy, so an address may change and go.
create schema profiles;

create table profiles.addresses (
  id         uuid        primary key,
  owner_id   uuid        not null,
  -- 1 to 20: with the unique key, nobody has more than twenty.
  slot       smallint    not null check (slot between 1 and 20),
  recipient  text        not null check (length(recipient) between 1 and 60),
  phone      text        not null check (length(phone) between 5 and 20),
  province   text        not null check (length(province) between 1 and 40),
  city       text        not null check (length(city) between 1 and 40),
  district   text        not null check (length(district) between 1 and 40),
  street     text        not null check (length(street) between 1 and 200),
  is_default boolean     not null,
  saved_at   timestamptz not null,
  unique (owner_id, slot)
);
create unique index addresses_one_default on profiles.addresses (owner_id) where is_default;
