-- Pins beside one that has no words: those with most of its tags, the newest
-- first; then the newest of all.  Of each tag no more are looked at than can be
-- shown.
-- in: pin int8, viewer int8, most int8
-- out: id int8
with tagged as (
	select n.item as id, count(*) as shared
	from item_tag mine cross join lateral (
		select it.item from item_tag it cross join lateral (
		    select i.*, o.is_active
		    from item i join account o on o.id = i.owner
		    where i.id = it.item and i.kind = 'pin' offset 0) i
		where it.tag = mine.tag and it.item <> $1
		  and can_list(i.is_active, i.owner, i.visibility, i.deleted_at,
		    i.id, $2)
		order by it.created_at desc, it.item desc
		limit $3) n
	where mine.item = $1
	group by n.item
	order by shared desc, n.item desc
	limit $3
), recent as (
	select i.id from item i join account o on o.id = i.owner
	where i.kind = 'pin' and i.id <> $1
	  and can_list(o.is_active, i.owner, i.visibility, i.deleted_at,
	    i.id, $2)
	order by i.created_at desc, i.id desc
	limit $3
)
select id from (
	select id, shared from tagged
	union all
	select r.id, 0 from recent r
	where not exists (select from tagged t where t.id = r.id)) n
order by shared desc, id desc
limit $3
