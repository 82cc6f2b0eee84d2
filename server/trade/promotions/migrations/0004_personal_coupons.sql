-- A personal coupon is given by a decision about one person; nobody claims it by himself.
alter table promotions.coupons add column personal boolean not null default false;
