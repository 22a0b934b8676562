-- Takes one's own item out of the trash: it is where it was.
-- in: item int8, viewer int8
-- out: id int8
update item set deleted_at = null
where id = $1 and owner = $2 and deleted_at is not null
  and can_see(true, owner, visibility, null, $2)
returning id
