-- What somebody who came saved.
-- in: account int8, by text, item int8, at int8
-- out: item int8
insert into bookmark (item, account, created_at)
select i, $1, of_micros($4) from item_of($2, $3) i where i is not null
on conflict do nothing
returning item
