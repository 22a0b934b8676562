-- Follow somebody no longer.
-- in: follower int8, username text
-- out: id int8
with who as (
	select id from account where lower(username) = lower($2) and is_active
), removed as (
	delete from follow using who
	where follow.follower = $1 and follow.followee = who.id
	  and hold_people(array[$1, who.id])
)
select id from who
