-- Rows of an account that was removed, so many at once.
-- in: account int8, most int8
-- out: removed int8
select remove_rows_of($1, $2) as removed
