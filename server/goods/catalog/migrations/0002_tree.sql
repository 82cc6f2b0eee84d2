-- Categories are a tree: what holds for one holds for those below it that say nothing themselves.
alter table catalog.categories add column parent_code text references catalog.categories (code) check (parent_code <> code);
