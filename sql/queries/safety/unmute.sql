-- Mutes something no longer.
-- in: mute int8, viewer int8
delete from mute where id = $1 and account = $2
