-- Passwords that were tried for an e-mail, whether an account has it or not. Kept as an HMAC: what was mistyped is nobody's.
create table identity.password_attempts (
  email_hash text        primary key check (email_hash ~ '^[0-9a-f]{64}$'),
  tried      integer     not null check (tried > 0),
  since      timestamptz not null
);
create index password_attempts_by_age on identity.password_attempts (since);
