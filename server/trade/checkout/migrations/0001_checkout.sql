create schema checkout;

-- Orders that follow from something said elsewhere: goods claimed by a comment, prizes of a lucky bag. They wait here until the desk
-- has answered, outside the transaction that noted them.
create table checkout.wishes (
  -- The order's id: the same cause met twice is one order.
  order_id uuid        primary key,
  kind     text        not null check (kind in ('claim', 'prize')),
  wish     jsonb       not null,
  noted_at timestamptz not null,
  -- When it is tried next; null once it is answered.
  due_at   timestamptz,
  outcome  text,
  check ((due_at is null) = (outcome is not null))
);
create index wishes_due on checkout.wishes (due_at) where due_at is not null;
