-- Violations of creators. Whether one is active at an instant follows from its row alone: recorded, not yet closed, not
-- yet expired. There is no flag that somebody could forget to turn.
create schema conduct;

create table conduct.violations (
  id             uuid        primary key,
  creator_id     uuid        not null,
  rule           text        not null check (rule in ('false_claim', 'banned_goods', 'vulgar_content', 'off_platform_sale',
                                                      'fake_interaction', 'copied_content')),
  severity       text        not null check (severity in ('minor', 'serious', 'severe')),
  points         integer     not null check (points between 1 and 48),
  note           text        not null check (length(note) between 3 and 500),
  recorded_at    timestamptz not null,
  -- Null: by the system.
  recorded_by    uuid,
  expires_at     timestamptz not null check (expires_at > recorded_at),
  closed_at      timestamptz check (closed_at >= recorded_at),
  closed_by      uuid,
  closed_reason  text,
  -- When the creator was told that time had ended it; null while it lives, and for one that was closed.
  expiry_told_at timestamptz check (expiry_told_at >= expires_at),
  check ((closed_at is null) = (closed_reason is null))
);
create index violations_by_creator on conduct.violations (creator_id, recorded_at desc, id desc);
create index violations_newest_first on conduct.violations (recorded_at desc, id desc);
create index violations_to_expire on conduct.violations (expires_at) where closed_at is null and expiry_told_at is null;

-- What was recorded stays; a violation can only end, and only once.
create function conduct.keep_the_record() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE'
    or (new.id, new.creator_id, new.rule, new.severity, new.points, new.note, new.recorded_at, new.expires_at)
      is distinct from
      (old.id, old.creator_id, old.rule, old.severity, old.points, old.note, old.recorded_at, old.expires_at)
    or new.recorded_by is distinct from old.recorded_by
    or (old.closed_at is not null and new.closed_at is distinct from old.closed_at)
    or (old.closed_at is not null and new.closed_reason is distinct from old.closed_reason)
  then
    raise exception 'a recorded violation does not change' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger violations_keep_the_record before update or delete on conduct.violations
  for each row execute function conduct.keep_the_record();
