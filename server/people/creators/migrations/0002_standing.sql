-- Gates ask for more: who somebody is, that nothing is closed to him, and a score; and there are two gates more.
alter table creators.gate_rules
  add column verified_needed  boolean not null default false,
  add column restrictions_max integer check (restrictions_max >= 0),
  add column score_min        integer check (score_min between 0 and 1000),
  drop constraint gate_rules_capability_check,
  add constraint gate_rules_capability_check check (capability in ('live', 'showcase', 'giveaway', 'gated'));
insert into creators.gate_rules (capability, version, effective_from, followers_min, active_violations_max, verified_needed,
  restrictions_max, score_min) values
  ('live', 2, now(), 2000, 0, true, 0, null),
  ('showcase', 2, now(), null, null, false, 0, null),
  ('giveaway', 1, '2001-01-01T00:00:00Z', null, null, true, 0, 151),
  ('gated', 1, '2001-01-01T00:00:00Z', null, null, false, 0, 151);

-- Categories whose goods only creators with a good record may promote. Null: from then on everybody may.
create table creators.gated_categories (
  category_code  text        not null check (length(category_code) between 1 and 60),
  version        integer     not null check (version > 0),
  effective_from timestamptz not null,
  score_min      integer     check (score_min between 0 and 1000),
  primary key (category_code, version),
  unique (category_code, effective_from)
);
create trigger gated_categories_are_immutable before update or delete on creators.gated_categories
  for each row execute function creators.refuse_change();

-- Who has left sells no more; what he earned before is still his.
alter table creators.creators add column left_at timestamptz;
