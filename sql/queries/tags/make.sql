-- Makes the tags of these names that do not exist; a name that differs from
-- an existing one only in case is the existing one.  (Those that are there are
-- left out beforehand, as a conflict would use up an id.)
-- in: names texts
insert into tag (tag_name)
select n from unnest($1) as n
where not exists (select from tag t where lower(t.tag_name) = lower(n))
order by lower(n)
on conflict (lower(tag_name)) do nothing
