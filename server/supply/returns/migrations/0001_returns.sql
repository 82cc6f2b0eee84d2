-- Goods that come back: what is expected, what arrived and in which state, and what became of its cost.
create schema returns;
create sequence returns.numbers start 100001;

create table returns.returns (
  order_id     uuid        not null,
  -- Of the wish that it belongs to.
  id           uuid        not null,
  number       text        not null unique,
  order_number text        not null,
  buyer_id     uuid        not null,
  warehouse_id uuid        not null,
  currency     text        not null check (length(currency) = 3),
  state        text        not null default 'expected' check (state in ('expected', 'sent', 'graded', 'lapsed')),
  -- What the buyer wrote on our form when he gave it to a carrier.
  waybill      text        check (length(waybill) between 1 and 60),
  opened_at    timestamptz not null,
  send_by      timestamptz not null,
  sent_at      timestamptz,
  graded_at    timestamptz,
  graded_by    uuid,
  primary key (order_id, id),
  check ((state = 'graded') = (graded_at is not null)),
  check (state <> 'sent' or sent_at is not null)
);
create index returns_waiting on returns.returns (opened_at, id) where state in ('expected', 'sent');
create index returns_newest on returns.returns (opened_at desc, id desc);

create table returns.lines (
  order_id  uuid    not null,
  return_id uuid    not null,
  line_no   integer not null,
  sku_id    uuid    not null,
  units     integer not null check (units > 0),
  title     jsonb   not null,
  label     jsonb   not null,
  picture   text    not null,
  primary key (order_id, return_id, line_no),
  foreign key (order_id, return_id) references returns.returns (order_id, id)
);
create trigger lines_are_facts before update or delete on returns.lines
  for each row execute function platform.refuse_change();

-- How units arrived. What they cost when they left goes where they go: to the shelf, to be made good again, or it is lost.
-- Rejected ones are not what was sold, and go back to who sent them.
create table returns.gradings (
  order_id    uuid        not null,
  return_id   uuid        not null,
  line_no     integer     not null,
  grade       text        not null check (grade in ('restock', 'refurbish', 'scrap', 'rejected')),
  units       integer     not null check (units > 0),
  cost_minor  bigint      not null check (cost_minor >= 0),
  currency    text        not null check (length(currency) = 3),
  at          timestamptz not null,
  -- What became of units that were to be made good again.
  became      text        check (became in ('restock', 'scrap')),
  became_at   timestamptz,
  primary key (order_id, return_id, line_no, grade),
  foreign key (order_id, return_id) references returns.returns (order_id, id),
  check ((became is null) = (became_at is null)),
  check (became is null or grade = 'refurbish')
);
create index gradings_to_make_good on returns.gradings (at) where grade = 'refurbish' and became is null;

create function returns.keep_grading() returns trigger language plpgsql as $$
begin
  if (new.order_id, new.return_id, new.line_no, new.grade, new.units, new.cost_minor, new.currency, new.at)
    is distinct from (old.order_id, old.return_id, old.line_no, old.grade, old.units, old.cost_minor, old.currency, old.at)
    or old.became is not null then
    raise exception 'how units arrived never changes' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger gradings_keep before update on returns.gradings for each row execute function returns.keep_grading();
create trigger gradings_are_kept before delete on returns.gradings for each row execute function platform.refuse_change();
