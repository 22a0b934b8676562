-- How often an item that the viewer may see is liked, commented on and saved,
-- and whether the viewer did; nobody in particular: null.
-- in: item int8, viewer int8
-- out: num_likes int4, num_comments int4, num_bookmarks int4, liked bool,
-- out: bookmarked bool, _comment bool
select n.likes as num_likes, n.comments as num_comments,
    n.bookmarks as num_bookmarks,
    case when $2 <> 0 then exists (select from item_like
	where item = $1 and account = $2) end as liked,
    case when $2 <> 0 then exists (select from bookmark
	where item = $1 and account = $2) end as bookmarked,
    i.kind = 'comment' as _comment
from item i
join account o on o.id = i.owner
join item_count n on n.item = i.id
where i.id = $1
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
