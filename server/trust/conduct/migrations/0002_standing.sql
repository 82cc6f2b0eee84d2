-- What follows from violations: the rulebook that they are judged by, the score, what is closed to whom, and appeals.

-- Rules have versions that begin at an instant; what was judged keeps the version it was judged by, with its text.
create table conduct.rules (
  rule           text        not null check (rule in ('false_claim', 'banned_goods', 'vulgar_content', 'off_platform_sale',
                                                      'fake_interaction', 'copied_content')),
  version        integer     not null check (version > 0),
  effective_from timestamptz not null,
  -- As people say it: "clause 2.1".
  clause         text        not null check (length(clause) between 1 and 20),
  title          jsonb       not null check (title ? 'en' and title ? 'zh'),
  body           jsonb       not null check (body ? 'en' and body ? 'zh'),
  -- What it weighs by severity, and for how long.
  points_minor   integer     not null check (points_minor between 1 and 48),
  points_serious integer     not null check (points_serious between points_minor and 48),
  points_severe  integer     not null check (points_severe between points_serious and 48),
  days           integer     not null check (days between 1 and 365),
  -- Null: came with the platform.
  published_by   uuid,
  published_at   timestamptz not null,
  primary key (rule, version),
  unique (rule, effective_from)
);
insert into conduct.rules (rule, version, effective_from, clause, title, body, points_minor, points_serious, points_severe, days,
  published_at) values
  ('false_claim', 1, '2000-01-01T00:00:00Z', '1.1', '{"en": "False claims", "zh": "虚假宣传"}',
   '{"en": "What is said about a product must be true and provable: what it is made of, what it does, what it costs elsewhere. Food and cosmetics heal nothing.", "zh": "对商品成分、功效、价格的描述必须真实、可证明。食品、化妆品不得宣称治疗功效。"}',
   4, 12, 24, 90, '2000-01-01T00:00:00Z'),
  ('banned_goods', 1, '2000-01-01T00:00:00Z', '1.2', '{"en": "Banned goods", "zh": "违禁商品"}',
   '{"en": "Goods that the law or the platform forbids are neither shown nor sold: weapons, drugs, tobacco, medicines, counterfeits.", "zh": "不得展示或销售法律及平台禁止的商品，包括武器、毒品、烟草、药品及假冒商品。"}',
   12, 24, 48, 180, '2000-01-01T00:00:00Z'),
  ('vulgar_content', 1, '2000-01-01T00:00:00Z', '2.1', '{"en": "Vulgar content", "zh": "低俗内容"}',
   '{"en": "No sexual content, no insults, no cruelty, nothing that one would not show to a family at table.", "zh": "不得出现色情、辱骂、虐待等不宜公开传播的内容。"}',
   4, 12, 36, 90, '2000-01-01T00:00:00Z'),
  ('off_platform_sale', 1, '2000-01-01T00:00:00Z', '3.1', '{"en": "Sale off the platform", "zh": "站外交易"}',
   '{"en": "Buyers are not led elsewhere to pay: no other shops, no private accounts, no codes for them, aloud or in the picture.", "zh": "不得以口播、画面等任何方式引导买家到站外交易或添加私人账号。"}',
   6, 16, 36, 120, '2000-01-01T00:00:00Z'),
  ('fake_interaction', 1, '2000-01-01T00:00:00Z', '3.2', '{"en": "Fake interaction", "zh": "虚假互动"}',
   '{"en": "Viewers, orders, comments and gifts are those of real people who act for themselves.", "zh": "人气、订单、评论和礼物须为真实用户自主行为，不得刷量刷单。"}',
   4, 12, 24, 90, '2000-01-01T00:00:00Z'),
  ('copied_content', 1, '2000-01-01T00:00:00Z', '2.2', '{"en": "Copied content", "zh": "搬运内容"}',
   '{"en": "What is shown is made by who shows it. Recordings of others, and recordings passed off as live, are not.", "zh": "直播及视频须为本人原创，不得搬运他人内容或以录播冒充直播。"}',
   2, 8, 24, 60, '2000-01-01T00:00:00Z');

alter table conduct.violations
  add column rule_version integer not null default 1,
  -- The moment that a moderator saw: a broadcast and a second of its recording.
  add column session_id uuid,
  add column at_second integer check (at_second >= 0),
  add constraint violations_name_a_moment check (at_second is null or session_id is not null),
  add constraint violations_name_their_rule foreign key (rule, rule_version) references conduct.rules (rule, version);
create index violations_of_a_kind on conduct.violations (creator_id, rule, recorded_at desc);

-- Locked while somebody's standing changes: of two violations that land together, one waits for the other.
create table conduct.creators (creator_id uuid primary key);

-- What good trade adds, and returns take away; each order once.
create table conduct.earned (
  creator_id uuid        not null,
  cause      text        not null check (length(cause) between 3 and 200),
  points     integer     not null check (points <> 0),
  at         timestamptz not null,
  primary key (creator_id, cause)
);
create index earned_by_time on conduct.earned (creator_id, at);

-- What the score, or the same offence again and again, has closed. A mark is crossed once until the score is above it again.
create table conduct.measures (
  id           uuid        primary key,
  creator_id   uuid        not null,
  kind         text        not null check (kind in ('mark', 'repeat')),
  -- Of a mark: the score at or below which it applies. Of a repetition: the rule.
  mark         integer     check (mark >= 0),
  rule         text,
  -- The violation that brought it about; null when it was returns.
  violation_id uuid        references conduct.violations (id),
  score        integer     not null,
  restricts    text[]      not null,
  starts_at    timestamptz not null,
  -- Null: until the score is above the mark again; of a repetition, for good.
  ends_at      timestamptz check (ends_at > starts_at),
  recovered_at timestamptz check (recovered_at >= starts_at),
  lifted_at    timestamptz check (lifted_at >= starts_at),
  check ((kind = 'mark') = (mark is not null)),
  check ((kind = 'repeat') = (rule is not null))
);
create unique index measures_once_a_mark on conduct.measures (creator_id, mark)
  where kind = 'mark' and recovered_at is null and lifted_at is null;
create unique index measures_once_a_rule on conduct.measures (creator_id, rule) where kind = 'repeat' and lifted_at is null;
create index measures_of_creator on conduct.measures (creator_id, starts_at desc);

create table conduct.appeals (
  id           uuid        primary key,
  violation_id uuid        not null unique references conduct.violations (id),
  creator_id   uuid        not null,
  text         text        not null check (length(text) between 3 and 2000),
  -- The moment of a recording that shows it.
  session_id   uuid,
  at_second    integer     check (at_second >= 0),
  -- Keys in the storage.
  files        text[]      not null default '{}',
  filed_at     timestamptz not null,
  decided_at   timestamptz check (decided_at >= filed_at),
  decided_by   uuid,
  decision     text        check (decision in ('upheld', 'rejected')),
  answer       text        check (length(answer) between 3 and 1000),
  check ((decided_at is null) = (decision is null) and (decision is null) = (answer is null)),
  check (at_second is null or session_id is not null)
);
create index appeals_open on conduct.appeals (filed_at) where decided_at is null;
create index appeals_newest on conduct.appeals (filed_at desc, id desc);

-- Pictures that were brought; their bytes lie in the storage.
create table conduct.evidence (
  creator_id uuid        not null,
  id         uuid        not null,
  at         timestamptz not null,
  primary key (creator_id, id)
);

-- Violations against which nothing can be said any more: nobody appealed in time, or the appeal was rejected.
create table conduct.finals (
  violation_id uuid        primary key references conduct.violations (id),
  outcome      text        not null check (outcome in ('not_appealed', 'appeal_rejected')),
  at           timestamptz not null
);

create function conduct.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of conduct.% are facts and never change', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$;
create trigger rules_are_immutable before update or delete on conduct.rules
  for each row execute function conduct.refuse_change();
create trigger earned_is_immutable before update or delete on conduct.earned
  for each row execute function conduct.refuse_change();
create trigger finals_are_immutable before update or delete on conduct.finals
  for each row execute function conduct.refuse_change();

create function conduct.keep_measure() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE'
    or (new.id, new.creator_id, new.kind, new.violation_id, new.score, new.restricts, new.starts_at)
      is distinct from (old.id, old.creator_id, old.kind, old.violation_id, old.score, old.restricts, old.starts_at)
    or new.ends_at is distinct from old.ends_at
    or (old.lifted_at is not null and new.lifted_at is distinct from old.lifted_at)
    or (old.recovered_at is not null and new.recovered_at is distinct from old.recovered_at)
  then
    raise exception 'a measure does not change, it can only end' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger measures_keep before update or delete on conduct.measures
  for each row execute function conduct.keep_measure();

create function conduct.keep_appeal() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.decided_at is not null
    or (new.id, new.violation_id, new.creator_id, new.text, new.files, new.filed_at)
      is distinct from (old.id, old.violation_id, old.creator_id, old.text, old.files, old.filed_at)
  then
    raise exception 'an appeal is decided once and never changes' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger appeals_keep before update or delete on conduct.appeals
  for each row execute function conduct.keep_appeal();

-- The moment and the version of the rule are part of the record.
create or replace function conduct.keep_the_record() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE'
    or (new.id, new.creator_id, new.rule, new.rule_version, new.severity, new.points, new.note, new.recorded_at, new.expires_at)
      is distinct from
      (old.id, old.creator_id, old.rule, old.rule_version, old.severity, old.points, old.note, old.recorded_at, old.expires_at)
    or new.recorded_by is distinct from old.recorded_by
    or (new.session_id, new.at_second) is distinct from (old.session_id, old.at_second)
    or (old.closed_at is not null and new.closed_at is distinct from old.closed_at)
    or (old.closed_at is not null and new.closed_reason is distinct from old.closed_reason)
  then
    raise exception 'a recorded violation does not change' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
