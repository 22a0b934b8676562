-- A new pin of a person's with a picture of theirs.
-- in: owner int8, title text, media int8, image_url text, alt text
-- out: id int8
with new as (
	insert into item (kind, owner, created_at, edited_at)
	select 'pin', $1, t, t from clock_timestamp() t returning id
)
insert into pin (id, title, media, image_url, alt)
select id, $2, $3, coalesce($4, ''), coalesce($5, '') from new
returning id
