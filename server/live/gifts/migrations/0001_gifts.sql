-- Gifts in rooms: what there is to give, what was given by whom, and who gave most.
create schema gifts;

create table gifts.catalogue (
  id       text    primary key check (id ~ '^[a-z_]{2,30}$'),
  name     jsonb   not null check (name ? 'en' and name ? 'zh'),
  -- Names one of the pictures that the web ships.
  picture  text    not null,
  coins    integer not null check (coins > 0),
  effect   text    not null check (effect in ('small', 'wide', 'grand')),
  position integer not null,
  on_sale  boolean not null default true
);
insert into gifts.catalogue (id, name, picture, coins, effect, position) values
  ('rose',        '{"en": "Rose", "zh": "玫瑰"}',               'rose',        1,     'small', 1),
  ('lollipop',    '{"en": "Lollipop", "zh": "棒棒糖"}',         'lollipop',    5,     'small', 2),
  ('bubble_tea',  '{"en": "Bubble tea", "zh": "珍珠奶茶"}',     'bubble_tea',  10,    'small', 3),
  ('heart',       '{"en": "Sparkling heart", "zh": "闪亮的心"}', 'heart',       52,    'small', 4),
  ('star',        '{"en": "Lucky star", "zh": "幸运星"}',       'star',        99,    'wide',  5),
  ('butterfly',   '{"en": "Butterfly", "zh": "蝶恋花"}',        'butterfly',   188,   'wide',  6),
  ('trophy',      '{"en": "Trophy", "zh": "冠军奖杯"}',         'trophy',      388,   'wide',  7),
  ('crown',       '{"en": "Crown", "zh": "皇冠"}',              'crown',       520,   'wide',  8),
  ('gem',         '{"en": "Gem", "zh": "璀璨钻石"}',            'gem',         1000,  'grand', 9),
  ('rocket',      '{"en": "Rocket", "zh": "星际火箭"}',         'rocket',      2880,  'grand', 10),
  ('castle',      '{"en": "Castle", "zh": "梦幻城堡"}',         'castle',      5200,  'grand', 11),
  ('dragon',      '{"en": "Golden dragon", "zh": "金龙贺岁"}',  'dragon',      9999,  'grand', 12);

-- How much one person may give in a day of business. Versions that begin at an instant.
create table gifts.limits (
  version               integer     primary key check (version > 0),
  effective_from        timestamptz not null unique,
  day_coins             bigint      not null check (day_coins > 0),
  -- Of who has not shown who he is, and so may be a child with a borrowed phone.
  day_coins_unverified  bigint      not null check (day_coins_unverified > 0)
);
insert into gifts.limits values (1, '2000-01-01T00:00:00Z', 100000, 10000);

create table gifts.sends (
  id          uuid        primary key,
  room_id     uuid        not null,
  session_id  uuid        not null,
  -- Without a gap in its session: who has seen 4 and hears of 6 knows that he missed one.
  number      integer     not null check (number > 0),
  person_id   uuid        not null,
  creator_id  uuid        not null,
  gift_id     text        not null references gifts.catalogue (id),
  units       integer     not null check (units between 1 and 999),
  coins       bigint      not null check (coins > 0),
  combo_id    uuid        not null,
  combo_units integer     not null check (combo_units >= units),
  day         date        not null,
  at          timestamptz not null,
  thanked_at  timestamptz,
  returned_at timestamptz,
  unique (session_id, number),
  check (creator_id <> person_id)
);
create index sends_of_person on gifts.sends (person_id, at desc);
create index sends_of_creator on gifts.sends (creator_id, at desc);
create index sends_of_combo on gifts.sends (combo_id);
create index sends_of_day on gifts.sends (room_id, day);

create function gifts.keep_send() returns trigger language plpgsql as $$
begin
  if (new.id, new.room_id, new.session_id, new.number, new.person_id, new.creator_id, new.gift_id, new.units, new.coins,
      new.combo_id, new.combo_units, new.day, new.at)
    is distinct from
    (old.id, old.room_id, old.session_id, old.number, old.person_id, old.creator_id, old.gift_id, old.units, old.coins,
      old.combo_id, old.combo_units, old.day, old.at)
    or (old.returned_at is not null and new.returned_at is distinct from old.returned_at) then
    raise exception 'what was given never changes; it can be thanked for and given back'
      using errcode = 'integrity_constraint_violation', constraint = 'sends_are_facts';
  end if;
  return new;
end $$;
create trigger sends_keep before update on gifts.sends for each row execute function gifts.keep_send();
create function gifts.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of gifts.% are facts and never change', tg_table_name
    using errcode = 'integrity_constraint_violation', constraint = 'gifts_are_facts';
end $$;
create trigger sends_are_kept before delete or truncate on gifts.sends
  for each statement execute function gifts.refuse_change();

-- The last number of each session. Locked for the moment in which a gift is written, after everything else.
create table gifts.sessions (
  session_id  uuid    primary key,
  last_number integer not null check (last_number > 0)
);

-- Who gave how much in a room on a day: the top list. Always the sum of what was given and not given back.
create table gifts.contributions (
  room_id    uuid        not null,
  day        date        not null,
  person_id  uuid        not null,
  coins      bigint      not null check (coins >= 0),
  -- When he came to this sum: of two who gave the same, the first stands higher.
  reached_at timestamptz not null,
  primary key (room_id, day, person_id)
);
create index contributions_ranked on gifts.contributions (room_id, day, coins desc, reached_at);

-- What a person has given on a day, in all rooms, held to what he may. What is given back does not make room for more.
create table gifts.day_spends (
  person_id   uuid   not null,
  day         date   not null,
  coins       bigint not null check (coins > 0),
  limit_coins bigint not null check (limit_coins > 0),
  primary key (person_id, day),
  check (coins <= limit_coins)
);

-- A guardian has shown that a minor gave: what was given back, and why.
create table gifts.minor_cases (
  id             uuid        primary key,
  person_id      uuid        not null,
  from_at        timestamptz not null,
  until_at       timestamptz not null check (until_at > from_at),
  note           text        not null check (length(note) between 3 and 500),
  gifts          integer     not null check (gifts >= 0),
  gift_coins     bigint      not null check (gift_coins >= 0),
  refunded_minor bigint      not null check (refunded_minor >= 0),
  currency       text        not null check (length(currency) = 3),
  opened_by      uuid,
  at             timestamptz not null
);
create index minor_cases_newest on gifts.minor_cases (at desc, id desc);
create trigger minor_cases_are_facts before update or delete or truncate on gifts.minor_cases
  for each statement execute function gifts.refuse_change();
