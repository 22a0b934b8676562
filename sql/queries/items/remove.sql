-- An item that is held, whatever its kind.  The tags and boards it is on are
-- locked first, by id: see item_list.
-- in: item int8
with t as materialized (
	select id from tag
	where id in (select tag from item_tag where item = $1)
	order by id for no key update
), b as materialized (
	select id from board
	where id in (select board from board_item where item = $1)
	order by id for no key update
)
delete from item
where id = $1 and (select count(*) from t) >= 0
  and (select count(*) from b) >= 0
