-- Holds items, by id, before they are put somewhere: none is deleted meanwhile.
-- in: items int8s, viewer int8
-- out: id int8
select i.id from item i join account o on o.id = i.owner
where i.id = any ($1)
  and can_see(o.is_active, i.owner, i.visibility, i.deleted_at, $2)
order by i.id for key share of i
