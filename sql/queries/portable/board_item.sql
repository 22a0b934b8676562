-- Something on a board that came.
-- in: account int8, board int8, by text, item int8, added_by text, at int8,
-- in: place int8, home bool, section int8
-- out: item int8
insert into board_item (board, item, added_by, created_at, place, home, section)
select b.id, item_of($3, $4), account_of($5), of_micros($6), of_micros($7), $8,
    (select s.id from board_section s where s.board = b.id
     and s.created_at = of_micros($9) order by s.id limit 1)
from board b
where b.owner = $1 and b.created_at = of_micros($2)
  and item_of($3, $4) is not null
order by b.id limit 1
on conflict do nothing
returning item
