-- A style post that comes; its pictures follow.
-- in: account int8, at int8, edited int8, deleted int8, visibility int8,
-- in: content text, image_ratio float8
-- out: id int8
with new as (
	insert into item (kind, owner, created_at, edited_at, deleted_at,
	    visibility)
	values ('style', $1, of_micros($2), of_micros($3),
	    of_micros(nullif($4, 0)), $5::smallint)
	returning id
)
insert into style (id, content, image_ratio)
select id, $6, $7 from new
returning id
