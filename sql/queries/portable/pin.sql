-- A pin that comes, with its picture.
-- in: account int8, media int8, at int8, edited int8, deleted int8,
-- in: visibility int8, title text, alt text, image_url text
-- out: id int8
with new as (
	insert into item (kind, owner, created_at, edited_at, deleted_at,
	    visibility)
	values ('pin', $1, of_micros($3), of_micros($4),
	    of_micros(nullif($5, 0)), $6::smallint)
	returning id
)
insert into pin (id, title, media, image_url, alt)
select id, $7, $2, $9, $8 from new
returning id
