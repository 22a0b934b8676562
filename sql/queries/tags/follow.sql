-- Follow a tag; nothing happens if it is so already.
-- in: account int8, tag int8
-- out: id int8
with t as (
	select id from tag where id = $2
), added as (
	insert into tag_follow (account, tag) select $1, id from t
	on conflict do nothing
)
select id from t
