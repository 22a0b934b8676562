-- Which tag somebody who came follows.
-- in: account int8, tag text, at int8
-- out: tag int8
insert into tag_follow (account, tag, created_at)
select $1, t.id, of_micros($3) from tag t where lower(t.tag_name) = lower($2)
on conflict do nothing
returning tag
