-- The viewer wants to download what is his.
-- in: viewer int8, korean bool
-- out: id int8
insert into account_export (account, korean)
select id, $2 from account where id = $1 and is_active
returning id
