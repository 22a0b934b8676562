-- Whom somebody who came has blocked.
-- in: account int8, who text, at int8
-- out: blocked int8
insert into block (blocker, blocked, created_at)
select $1, a.id, of_micros($3) from account a
where lower(a.username) = lower($2) and a.id <> $1
on conflict do nothing
returning blocked
