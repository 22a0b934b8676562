-- What the staff did, the last first.
-- in: page
-- out: id int8, staff text, action text, item int8, board int8, person int8,
-- out: username text, about text, note text, created_at time, _at time, _id int8
select l.id, l.staff_name as staff, l.action, l.item, l.board, l.person,
    a.username, l.about, l.note, l.created_at,
    l.created_at as _at, l.id as _id
from staff_log l left join account a on a.id = l.person
where (l.created_at, l.id) < ($1, $2) -- keyset
order by l.created_at desc, l.id desc -- keyset
limit $3
