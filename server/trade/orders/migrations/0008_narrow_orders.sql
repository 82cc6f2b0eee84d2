-- What many orders share is written once and named by its content: the address of a buyer, the name of a seller. Orders of before
-- keep what they have.
create table orders.shared (
  id   uuid  primary key,
  body jsonb not null
);
create trigger shared_are_immutable before update or delete on orders.shared
  for each row execute function orders.refuse_change();
alter table orders.orders
  add column ship_to_id uuid, add column seller_name_id uuid,
  alter column ship_to drop not null, alter column seller_name drop not null,
  add constraint orders_say_where check ((ship_to is null) = (ship_to_id is not null)),
  add constraint orders_say_who check ((seller_name is null) = (seller_name_id is not null));

-- Numbers are given in the order in which rows are written, or nearly: an index that keeps only the bounds of some pages finds a
-- number among a thousand rows, and costs an insert nothing.
drop index orders.orders_by_number;
create index orders_by_number on orders.orders using brin (number) with (pages_per_range = 16, autosummarize = on);

create or replace function orders.keep_terms() returns trigger language plpgsql as $$
begin
  if (new.id, new.group_id, new.number, new.buyer_id, new.currency, new.price_minor, new.discount_minor, new.subsidy_minor,
      new.pay_minor, new.seller_id, new.placed_at, new.creator_id, new.room_id, new.ship_to_id, new.seller_name_id)
    is distinct from
     (old.id, old.group_id, old.number, old.buyer_id, old.currency, old.price_minor, old.discount_minor, old.subsidy_minor,
      old.pay_minor, old.seller_id, old.placed_at, old.creator_id, old.room_id, old.ship_to_id, old.seller_name_id) then
    raise exception 'the terms of a placed order never change' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
