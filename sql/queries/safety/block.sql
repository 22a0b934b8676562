-- Blocks somebody; nothing happens if it is so already.
-- in: viewer int8, username text
-- out: id int8
with who as (
	select id from account where lower(username) = lower($2)
	  and can_see(is_active, id, 0::smallint, null, 0)
), added as (
	insert into block (blocker, blocked) select $1, id from who
	on conflict (blocker, blocked) do nothing
)
select id from who
