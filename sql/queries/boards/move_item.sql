-- Moves an item on a board that is held, as `move` does a board.
-- in: board int8, viewer int8, item int8, before int8
with mine as (
	select id from board where id = $1 and can_do('edit', id, $2)
), below as (
	select i.item, i.place from mine m
	join board_item i on i.board = m.id and i.item = $4
), above as (
	select i.place from board_item i, below l
	where i.board = $1 and i.item <> $3
	  and (i.place, i.item) > (l.place, l.item)
	order by i.place, i.item limit 1
), room as (
	select l.item, l.place, u.place - l.place as wide from below l
	cross join (select coalesce((select place from above),
	    clock_timestamp()) as place) u
), target as (
	select case when wide >= '2 us' then place + wide / 2
	    else place - interval '12 hours' end as place from room
	union all
	select coalesce((select min(place) from board_item
	    where board = $1 and item <> $3), clock_timestamp())
	    - interval '1 second' from mine where $4 = 0
)
update board_item b
set place = case when b.item = $3 then t.place
    else b.place - interval '1 day' end
from target t
where b.board = $1 and (b.item = $3 or b.item in (
	select o.item from board_item o, room r
	where r.wide < '2 us' and o.board = $1 and o.item <> $3
	  and (o.place, o.item) <= (r.place, r.item)))
