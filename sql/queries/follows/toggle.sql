-- Follows somebody, or no longer if it was so: whichever it is then.  Both are
-- held before (hold.sql).
-- in: follower int8, followee int8
-- out: following bool
with who as materialized (
	select id from account
	where id = $2 and can_see(is_active, id, 0::smallint, null, $1)
), gone as (
	delete from follow using who
	where follow.follower = $1 and follow.followee = who.id
	returning 1
), made as (
	insert into follow (follower, followee)
	select $1, id from who where not exists (select from gone)
	on conflict (follower, followee) do nothing
)
select not exists (select from gone) as following from who
