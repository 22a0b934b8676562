-- A new style post of a person's, with pictures of theirs in this order.
-- in: owner int8, content text, image_ratio float8, media int8s
-- out: id int8
with new as (
	insert into item (kind, owner, created_at, edited_at)
	select 'style', $1, t, t from clock_timestamp() t returning id
), post as (
	insert into style (id, content, image_ratio)
	select id, $2, $3 from new
	returning id
), pictures as (
	insert into style_image (style, place, media)
	select p.id, m.place, m.id
	from post p, unnest($4) with ordinality m (id, place)
)
select id from post
