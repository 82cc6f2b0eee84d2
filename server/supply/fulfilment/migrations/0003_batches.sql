-- The commit of the desk that took the units of a parcel from the shelf; empty where each line was allocated by itself.
alter table fulfilment.parcels add column batch_id uuid;
