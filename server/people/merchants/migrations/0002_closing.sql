-- A shop that has closed sells no more; what it earned before is still its own.
alter table merchants.shops add column closed_at timestamptz;
