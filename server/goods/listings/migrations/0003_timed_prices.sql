-- Prices for a time, below the shelf's: everywhere, or only in a room while it is on air. Which one holds is decided by
-- `price.ts`; here stands what was promised, to whom, and who bears the difference.
create table listings.timed_prices (
  sku_id          uuid        not null,
  id              uuid        not null,
  kind            text        not null check (kind in ('creatorLiveFlash', 'liveFlash', 'campaign', 'flash', 'discount')),
  name            jsonb       not null check (name ? 'en' and name ? 'zh'),
  channel         text        not null check (channel <> ''),
  room_id         uuid,
  price_minor     bigint      not null check (price_minor > 0),
  currency        text        not null,
  limit_units     integer     check (limit_units > 0),
  platform_points integer     not null check (platform_points >= 0),
  seller_points   integer     not null check (seller_points >= 0),
  creator_points  integer     not null check (creator_points >= 0),
  brand_points    integer     not null check (brand_points >= 0),
  budget_id       uuid,
  from_at         timestamptz not null,
  until_at        timestamptz not null,
  set_by          uuid,
  -- Earlier than it was to end; set once.
  ended_at        timestamptz,
  -- It has units of its own, and they are gone. What pages show; whoever sells the units decides.
  sold_out        boolean     not null default false,
  primary key (sku_id, id),
  check (until_at > from_at),
  check (platform_points + seller_points + creator_points + brand_points = 10000),
  check (platform_points = 0 or budget_id is not null),
  check (kind not in ('creatorLiveFlash', 'liveFlash') or room_id is not null)
);
create index timed_prices_in_force on listings.timed_prices (sku_id, until_at);

-- What was promised stays as it was: it may end early, once, and run out of units.
create function listings.refuse_new_terms() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.ended_at is not null and old.ended_at is distinct from new.ended_at
    or to_jsonb(old) - 'ended_at' - 'sold_out' <> to_jsonb(new) - 'ended_at' - 'sold_out' then
    raise exception 'prices never change';
  end if;
  return new;
end $$;
create trigger timed_prices_are_history before update or delete on listings.timed_prices
  for each row execute function listings.refuse_new_terms();

-- The broadcast of each room that is on air: prices of a room are for who comes out of it.
create table listings.on_air (
  room_id    uuid primary key,
  session_id uuid not null
);
