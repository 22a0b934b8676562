-- Locks a board that the viewer may change before something on it is moved, so
-- that the next statement sees where everything is.
-- in: board int8, viewer int8, item int8
-- out: id int8, there bool
select id, exists (select from board_item where board = $1 and item = $3) as there
from board where id = $1 and deleted_at is null and can_do('edit', id, $2)
for no key update
