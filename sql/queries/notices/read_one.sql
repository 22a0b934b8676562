-- The viewer has read this one, or what has become of it since.
-- in: viewer int8, id int8
-- out: id int8
update notice
set read_at = coalesce(read_at, now())
where receiver = $1 and not hidden and id = coalesce(
    (select notice from notice_event where id = $2 and receiver = $1),
    (select id from notice where newest = $2 and receiver = $1 and not hidden))
returning id
