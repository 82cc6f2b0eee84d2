-- Earnings that wait may be frozen until it is decided what their party did: they name the freeze, go back to waiting when it is
-- lifted, and are ineligible when it is not.
alter table commissions.lines add column freeze_id uuid,
  add constraint lines_frozen_by check ((state = 'frozen') = (freeze_id is not null));
create index lines_of_freeze on commissions.lines (freeze_id) where freeze_id is not null;
