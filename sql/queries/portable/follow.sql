-- Whom somebody who came follows.
-- in: account int8, who text, at int8
-- out: followee int8
insert into follow (follower, followee, created_at)
select $1, a.id, of_micros($3) from account a
where lower(a.username) = lower($2) and a.id <> $1
on conflict do nothing
returning followee
