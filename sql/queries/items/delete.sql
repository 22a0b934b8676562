-- Puts one's own item of a kind in the trash; its tags and boards count it no
-- longer.  What was taken down stays where it is.
-- in: item int8, viewer int8, kind text
-- out: id int8
update item set deleted_at = clock_timestamp()
where id = $1 and owner = $2 and kind = $3::item_kind
  and can_see(true, owner, visibility, deleted_at, $2)
returning id
