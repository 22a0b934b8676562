-- 2,100 pins of somebody named many, with pictures that are there already.
with person as (
	insert into account (username, email, password)
	values ('many', 'many@example.com', '') returning id
), kept as (
	select *, row_number() over (order by id) - 1 as place,
	    count(*) over () as n from media where complete
), new_item as (
	insert into item (kind, owner, created_at)
	select 'pin', p.id, now() - i * interval '1 minute' - interval '9 days'
	from person p, generate_series(1, 2100) i order by i returning id, owner
), item_place as (
	select *, row_number() over (order by id) - 1 as place from new_item
), new_media as (
	insert into media (owner, image, files, width, height, frames, source,
	    colour, palette, placeholder, dhash, sha256, complete)
	select i.owner, m.image, m.files, m.width, m.height, m.frames, m.source,
	    m.colour, m.palette, m.placeholder, m.dhash, m.sha256, true
	from item_place i join kept m on m.place = i.place % m.n
	order by i.id returning id
), media_place as (
	select id, row_number() over (order by id) - 1 as place from new_media
)
insert into pin (id, title, media)
select i.id, 'Picture ' || i.place, m.id
from item_place i join media_place m using (place);

analyze
