-- How many groups the viewer has not read.
-- in: viewer int8
-- out: unread int4
select unread from notice_state where account = $1
