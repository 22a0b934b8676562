-- Gives an item, which is held, exactly the tags of these names, which exist.
-- The tags that come or go are locked first, by id: see item_list.
-- in: item int8, names texts
with wanted as (
	select id from tag
	where lower(tag_name) in (select lower(n) from unnest($2) as n)
), held as materialized (
	select id from tag
	where id in (select id from wanted) <>
	    id in (select tag from item_tag where item = $1)
	order by id for no key update
), gone as (
	delete from item_tag
	where item = $1 and tag not in (select id from wanted)
	  and (select count(*) from held) >= 0
)
insert into item_tag (item, tag, created_at)
select i.id, w.id, i.created_at from item i, wanted w
where i.id = $1 and (select count(*) from held) >= 0
on conflict do nothing
