-- A prize may be goods from the shelf: who has won gets an order. And who takes part may have to have watched for a while.
alter table draws.draws add column sku_id uuid,
  add column watch_seconds integer not null default 0 check (watch_seconds between 0 and 600);
