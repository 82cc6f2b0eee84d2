-- While somebody asks for his money back, what was earned on it waits, whatever the calendar says.
alter table commissions.lines add column held boolean not null default false;
