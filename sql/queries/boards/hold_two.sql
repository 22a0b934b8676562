-- Locks two boards, by id, before items go from one to the other (the same twice:
-- one board).
-- in: one int8, other int8
-- out: id int8
select id from board where id in ($1, $2) and deleted_at is null
order by id for no key update
