-- The commit of the desk that placed an order: what its orders took from a shelf is one movement, what they paid one journal.
-- Empty for orders that were placed before there was one.
alter table orders.orders add column batch_id uuid;
