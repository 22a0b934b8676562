-- Locks both people before one of them follows the other or no longer does, so
-- that the next statement sees what was done meanwhile.
-- in: follower int8, followee int8
-- out: held bool
select hold_people(array[$1, $2]) as held
