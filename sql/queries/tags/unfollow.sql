-- Follow a tag no longer.
-- in: account int8, tag int8
-- out: id int8
with removed as (
	delete from tag_follow where account = $1 and tag = $2
)
select id from tag where id = $2
