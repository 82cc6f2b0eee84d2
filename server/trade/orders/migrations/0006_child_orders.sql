-- What one asker asked for at once may be several orders, one for each seller and warehouse. The first carries the id that the
-- asker made, which is also the group's, and the hash of what was asked; the others name the group. So a retry meets the first
-- order itself, and a row for the group alone is no longer needed.
alter table orders.orders add column request_hash bytea;
update orders.orders o set request_hash = g.request_hash from orders.groups g where g.id = o.id;
alter table orders.orders add constraint orders_first_has_the_request check ((group_id = id) = (request_hash is not null));
-- A discount may take all of a child whose goods cost next to nothing beside the others'; the whole still costs something.
alter table orders.orders drop constraint orders_pay_minor_check, add constraint orders_pay_minor_check check (pay_minor >= 0);
drop index orders.orders_of_group;
create index orders_of_group on orders.orders (group_id) where group_id <> id;
drop table orders.groups;

-- What a line was sold as, named by its content: of a hundred thousand lines of one SKU it is written once.
create table orders.snapshots (
  id         uuid  primary key,
  product_id uuid  not null,
  title      jsonb not null,
  label      jsonb not null,
  picture    text  not null
);
create trigger snapshots_are_immutable before update or delete on orders.snapshots
  for each row execute function orders.refuse_change();
alter table orders.lines add column snapshot_id uuid,
  alter column product_id drop not null, alter column title drop not null, alter column label drop not null,
  alter column picture drop not null,
  add constraint lines_say_what_was_sold check ((snapshot_id is null) = (title is not null));

-- What the platform bears of a discount on a line, as it was drawn from the budget. Empty on older lines: there it follows from
-- the shares of the whole order.
alter table orders.discounts add column platform_minor bigint check (platform_minor between 0 and amount_minor);
