-- Counters that differ from the rows they count; there should be none.
-- out: what text, id int8, kept int8, counted int8
select * from (
	select 'account.follower_count' as what, a.id,
	    a.follower_count::int8 as kept, count(f.*) as counted
	from account a left join follow f on f.followee = a.id
	group by a.id
	union all
	select 'account.following_count', a.id, a.following_count::int8, count(f.*)
	from account a left join follow f on f.follower = a.id
	group by a.id
	union all
	select 'board.item_count', b.id, b.item_count::int8, count(bi.*)
	from board b left join board_item bi on bi.board = b.id
	group by b.id
	union all
	select 'tag.item_count', t.id, t.item_count::int8, count(it.*)
	from tag t left join item_tag it on it.tag = t.id
	group by t.id
) c
where kept <> counted
limit 100
