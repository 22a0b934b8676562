-- Follow somebody; nothing happens if it is so already.
-- in: follower int8, username text
-- out: id int8, added bool
with who as (
	select id from account where lower(username) = lower($2)
	  and can_see(is_active, id, 0::smallint, null, $1)
), added as (
	insert into follow (follower, followee) select $1, id from who
	where hold_people(array[$1, id])
	on conflict (follower, followee) do nothing
	returning 1
)
select id, exists (select from added) as added from who
