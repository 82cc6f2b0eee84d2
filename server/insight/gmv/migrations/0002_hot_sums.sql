-- An index over an amount that each batch changes made every change of a sum three index entries and a new page; the rows of a
-- day and a dimension are few enough to be sorted when somebody looks. Half-empty pages keep a change on its page.
drop index gmv.sums_ranked;
alter table gmv.sums set (fillfactor = 50);
alter table gmv.buyers set (fillfactor = 70);
