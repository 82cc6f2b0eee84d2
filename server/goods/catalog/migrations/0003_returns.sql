-- Whether goods of a category go back without a reason: what spoils, or is worn on the skin once it is open, does not.
alter table catalog.categories add column no_reason_return boolean not null default true;
