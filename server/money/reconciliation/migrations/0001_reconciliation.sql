-- What the payment providers say they moved, beside what we say. A line is a fact; whether it is matched is what moves.
create schema reconciliation;

create table reconciliation.statements (
  id          uuid        primary key,
  provider    text        not null,
  name        text        not null,
  -- Of the file and, where we asked for it ourselves, of the span that was asked for: two quiet days have the same file.
  sha256      bytea       not null,
  from_at     timestamptz,
  until_at    timestamptz,
  lines       integer     not null check (lines >= 0),
  imported_at timestamptz not null,
  imported_by uuid,
  unique (provider, sha256),
  check ((from_at is null) = (until_at is null))
);
create index statements_newest on reconciliation.statements (imported_at desc, id desc);

create table reconciliation.lines (
  statement_id       uuid        not null references reconciliation.statements (id),
  no                 integer     not null check (no > 0),
  kind               text        not null check (kind in ('payment', 'refund', 'payout')),
  reference          text        not null,
  provider_reference text        not null,
  amount_minor       bigint      not null check (amount_minor > 0),
  fee_minor          bigint      not null check (fee_minor >= 0),
  currency           text        not null check (length(currency) = 3),
  at                 timestamptz not null,
  state              text        not null default 'new' check (state in ('new', 'matched', 'broken')),
  matched_id         uuid,
  primary key (statement_id, no),
  check ((state = 'matched') = (matched_id is not null))
);
-- One line for each of ours, and one of ours for each line.
create unique index lines_match_once on reconciliation.lines (kind, matched_id) where matched_id is not null;
create index lines_to_match on reconciliation.lines (statement_id, no) where state <> 'matched';

create function reconciliation.keep_line() returns trigger language plpgsql as $$
begin
  if (new.statement_id, new.no, new.kind, new.reference, new.amount_minor, new.fee_minor, new.currency, new.at)
    is distinct from
     (old.statement_id, old.no, old.kind, old.reference, old.amount_minor, old.fee_minor, old.currency, old.at)
    or (old.state = 'matched' and new.state <> 'matched') then
    raise exception 'what a statement says never changes'
      using errcode = 'integrity_constraint_violation', constraint = 'statements_are_facts';
  end if;
  return new;
end $$;
create trigger lines_keep before update on reconciliation.lines
  for each row execute function reconciliation.keep_line();

-- What stands on one side only, or differs. The cause names the line or our row, so that looking again finds it and adds none.
create table reconciliation.breaks (
  id           uuid        primary key,
  cause        text        not null unique,
  kind         text        not null check (kind in
    ('unknown_to_us', 'unknown_to_provider', 'amount_differs', 'fee_differs', 'not_taken_by_us', 'twice')),
  provider     text        not null,
  about        text        not null check (about in ('payment', 'refund', 'payout')),
  reference    text        not null,
  statement_id uuid,
  line_no      integer,
  ours_minor   bigint,
  theirs_minor bigint,
  currency     text        not null check (length(currency) = 3),
  state        text        not null default 'open' check (state in ('open', 'explained', 'resolved')),
  note         text        not null default '',
  found_at     timestamptz not null,
  closed_at    timestamptz,
  closed_by    uuid,
  check ((state = 'open') = (closed_at is null)),
  check ((statement_id is null) = (line_no is null))
);
create index breaks_newest on reconciliation.breaks (found_at desc, id desc);
create index breaks_open on reconciliation.breaks (found_at desc, id desc) where state = 'open';
create index breaks_by_reference on reconciliation.breaks (about, reference) where state <> 'resolved';
