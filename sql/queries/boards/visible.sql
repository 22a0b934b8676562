-- Can the viewer see this board?
-- in: board int8, viewer int8
-- out: id int8
select b.id from board b join account a on a.id = b.owner
where b.id = $1 and can_see_board(a.is_active, b.owner, b.visibility,
    b.deleted_at, b.id, $2)
