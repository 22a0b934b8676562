-- Blocks somebody no longer.
-- in: viewer int8, username text
-- out: id int8
with who as (
	select id from account where lower(username) = lower($2)
	  and can_see(is_active, id, 0::smallint, null, 0)
), removed as (
	delete from block b using who
	where b.blocker = $1 and b.blocked = who.id
)
select id from who
