-- How many units one buyer may have at this price; null: as many as there are. A new price counts anew.
alter table listings.prices add column limit_units integer check (limit_units > 0);
