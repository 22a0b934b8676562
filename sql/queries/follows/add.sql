-- Follow somebody; nothing happens if it is so already.
-- in: follower int8, username text
-- out: id int8, added bool
with who as (
	select id from account where lower(username) = lower($2) and is_active
), added as (
	insert into follow (follower, followee) select $1, id from who
	on conflict (follower, followee) do nothing
	returning 1
)
select id, exists (select from added) as added from who
