-- Holds what is told to the viewer, before it is changed.
-- in: viewer int8
select notice_hold(array[$1])
