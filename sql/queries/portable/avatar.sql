-- The picture of somebody who comes.
-- in: account int8, media int8
update account set avatar = $2 where id = $1
