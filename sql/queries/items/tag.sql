-- Gives an item exactly the tags of these names, which exist.
-- in: item int8, names texts
with wanted as (
	select id from tag
	where lower(tag_name) in (select lower(n) from unnest($2) as n)
), gone as (
	delete from item_tag
	where item = $1 and tag not in (select id from wanted)
)
insert into item_tag (item, tag, created_at)
select i.id, w.id, i.created_at from item i, wanted w where i.id = $1
on conflict do nothing
