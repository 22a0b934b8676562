-- A pin that others may be like, if the viewer may see it, or might if it were
-- not deleted; pending: the last change of the viewer's own, or of this pin,
-- that this host's index has not been told; fresh: the viewer has made a pin within the
-- last minute.
-- in: pin int8, viewer int8, host text
-- out: id int8, title text, tags text, pending int8, fresh bool, gone bool
select p.id, p.title,
    (select string_agg(t.tag_name, e'\n' order by t.id)
     from item_tag it join tag t on t.id = it.tag where it.item = i.id) as tags,
    (select coalesce(max(o.id), 0) from (
	select id, item, owner from index_outbox where host = $3
	order by id desc limit 200) o
     where o.item = $1 or o.owner = $2) as pending,
    coalesce((select n.created_at > now() - interval '1 minute' from item n
     where n.owner = $2 and n.kind = 'pin'
       and can_see(true, n.owner, n.visibility, n.deleted_at, $2)
     order by n.created_at desc limit 1), false) as fresh,
    i.deleted_at is not null as gone
from item i join pin p on p.id = i.id
join account o on o.id = i.owner
where i.id = $1 and can_see(o.is_active, i.owner, i.visibility, null, $2)
