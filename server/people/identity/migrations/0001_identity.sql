-- Who is who. The tables `persons`, `credentials` and `sessions` are also what better-auth reads and writes, through
-- the adapter in `engine-adapter.ts`; their columns carry our names.
create schema identity;

create table identity.persons (
  id             uuid        primary key,
  name           text        not null check (length(name) between 1 and 60),
  -- Kept in lower case, so that the plain unique index is the case-blind one.
  email          text        constraint persons_email_is_taken unique check (email = lower(email) and length(email) <= 200),
  email_verified boolean     not null default false,
  phone          text        constraint persons_phone_is_taken unique check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  avatar         text,
  created_at     timestamptz not null,
  updated_at     timestamptz not null
);
create index persons_newest_first on identity.persons (created_at desc, id desc);

create table identity.credentials (
  id            uuid        primary key,
  person_id     uuid        not null references identity.persons (id),
  provider      text        not null check (provider = 'credential'),
  account       text        not null,
  password_hash text        not null check (length(password_hash) >= 32),
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  unique (person_id, provider)
);

-- Expiry is in real time: moving the sandbox clock by a month must not sign everybody out.
create table identity.sessions (
  id         uuid        primary key,
  -- SHA-256 of what the cookie carries: who reads this table cannot act with it.
  token_hash text        not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  person_id  uuid        not null references identity.persons (id),
  expires_at timestamptz not null,
  address    text,
  agent      text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index sessions_by_person on identity.sessions (person_id);
create index sessions_by_expiry on identity.sessions (expires_at);

create table identity.roles (
  person_id  uuid        not null references identity.persons (id),
  role       text        not null check (role in ('buyer', 'creator', 'agency', 'merchant', 'supplier', 'warehouse',
                                                  'support', 'operations', 'finance', 'moderator', 'admin', 'auditor')),
  granted_at timestamptz not null,
  -- Null: by the system (sign-up, seed, first administrator).
  granted_by uuid,
  primary key (person_id, role)
);
create index roles_by_role on identity.roles (role, person_id);

create table identity.phone_codes (
  id            uuid        primary key,
  phone         text        not null,
  address       text        not null,
  -- HMAC under the platform's secret: a six-digit code alone would be found by trying a million hashes.
  code_hash     text        not null check (code_hash ~ '^[0-9a-f]{64}$'),
  sent_at       timestamptz not null,
  expires_at    timestamptz not null check (expires_at > sent_at),
  attempts_left integer     not null check (attempts_left >= 0),
  used_at       timestamptz
);
create index phone_codes_by_phone on identity.phone_codes (phone, sent_at desc);
create index phone_codes_by_address on identity.phone_codes (address, sent_at desc);

-- One-time links to make the first administrator.
create table identity.setup_links (
  token_hash text        primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  made_at    timestamptz not null,
  expires_at timestamptz not null check (expires_at > made_at),
  used_at    timestamptz
);

create table identity.demo_logins (
  login       text    primary key check (length(login) between 1 and 60),
  position    bigint  generated always as identity,
  person_id   uuid    not null references identity.persons (id),
  sentence_en text    not null,
  sentence_zh text    not null,
  app         text    not null check (app in ('buyer', 'studio', 'console'))
);
