-- Moves a board of the viewer's, all of whose are held, before another one of
-- them (before 0: to the end), to a moment in the middle of its new
-- neighbours'.  Where there is none left between them, the boards from `before`
-- on go back by a day.
-- in: board int8, viewer int8, before int8
with below as (
	select id, place from board where id = $3 and owner = $2
), above as (
	select b.place from board b, below l
	where b.owner = $2 and b.id <> $1 and (b.place, b.id) > (l.place, l.id)
	order by b.place, b.id limit 1
), room as (
	select l.id, l.place, u.place - l.place as wide from below l
	cross join (select coalesce((select place from above),
	    clock_timestamp()) as place) u
), target as (
	select case when wide >= '2 us' then place + wide / 2
	    else place - interval '12 hours' end as place from room
	union all
	select coalesce((select min(place) from board
	    where owner = $2 and id <> $1), clock_timestamp())
	    - interval '1 second' where $3 = 0
)
update board b
set place = case when b.id = $1 then t.place
    else b.place - interval '1 day' end
from target t
where b.owner = $2 and (b.id = $1 or b.id in (
	select o.id from board o, room r
	where r.wide < '2 us' and o.owner = $2 and o.id <> $1
	  and (o.place, o.id) <= (r.place, r.id)))
