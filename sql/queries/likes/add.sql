-- A like of an item that is held; nothing happens if there is one already.
-- in: item int8, viewer int8
insert into item_like (item, account) values ($1, $2)
on conflict (item, account) do nothing
