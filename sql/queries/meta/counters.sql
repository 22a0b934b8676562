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
	select 'account.num_posts', a.id, a.num_posts::int8, count(p.*)
	from account a left join posted p on p.owner = a.id
	group by a.id
	union all
	select 'board.item_count', b.id, b.item_count::int8, count(bi.*)
	from board b left join board_item bi on bi.board = b.id and bi.live
	group by b.id
	union all
	select 'tag.item_count', t.id, t.item_count::int8, count(it.*)
	from tag t left join item_tag it on it.tag = t.id and it.listed
	group by t.id
	union all
	select 'notice_state.unread', s.account, s.unread::int8, count(n.*)
	from notice_state s left join notice n on n.receiver = s.account
	    and n.read_at is null and not n.hidden
	group by s.account
	union all
	select 'notice.num_actors', n.id, n.num_actors::int8,
	    count(distinct e.actor)
	from notice n left join notice_event e on e.notice = n.id
	group by n.id
	union all
	select 'board_section.item_count', s.id, s.item_count::int8, count(x.*)
	from board_section s left join board_item x on x.board = s.board
	    and x.section = s.id and x.live
	group by s.id
	union all
	select 'board_item.live', x.item, x.live::int::int8, n.live::int::int8
	from board_item x join item i on i.id = x.item
	cross join lateral is_live(i.visibility, i.deleted_at) n (live)
	union all
	select 'item_tag.listed', x.item, x.listed::int::int8,
	    is_listed(i.kind, i.visibility, i.deleted_at)::int::int8
	from item_tag x join item i on i.id = x.item
	union all
	select 'item_count.likes', n.item, n.likes::int8, count(l.*)
	from item_count n left join item_like l on l.item = n.item
	group by n.item
	union all
	select 'item_count.bookmarks', n.item, n.bookmarks::int8, count(b.*)
	from item_count n left join bookmark b on b.item = n.item
	group by n.item
	union all
	select 'item_count.comments', n.item, n.comments::int8, count(c.*)
	from item_count n left join (
		select on_item as item from comment where there
		union all
		select parent from comment where there) c on c.item = n.item
	group by n.item
	union all
	select 'comment.there', c.id, c.there::int::int8,
	    (can_see(o.is_active, i.owner, i.visibility, i.deleted_at, 0)
		is true)::int::int8
	from comment c left join item i on i.id = c.id
	left join account o on o.id = i.owner
	union all
	select 'style_score.score', s.style, s.score, style_score_of(s.born,
	    1 + coalesce(sum(style_worth(s.born, e.at, e.amount)), 0))
	from style_score s join item i on i.id = s.style
	left join (
		select item, account, created_at as at, 1.0 as amount
		from item_like
		union all select item, account, created_at, 1.0 from bookmark
		union all select c.on_item, w.owner, c.created_at, 2.0
		from comment c join item w on w.id = c.id where c.there
	) e on e.item = s.style and e.account <> i.owner
	group by s.style
	union all
	select 'item_count', coalesce(i.id, n.item), count(n.*), count(i.*)
	from item i full join item_count n on n.item = i.id
	where n.item is null or i.id is null
	  and n.item not in (select id from comment)
	group by 2
) c
where kept <> counted
limit 100
