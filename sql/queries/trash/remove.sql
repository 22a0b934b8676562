-- An item in the viewer's trash, for good.
-- in: item int8, viewer int8
delete from item
where id = $1 and owner = $2 and deleted_at is not null and kind <> 'comment'
  and can_see(true, owner, visibility, null, $2)
