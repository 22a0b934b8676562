-- Makes the tags of these names that do not exist; a name that differs from
-- an existing one only in case is the existing one.
-- in: names texts
insert into tag (tag_name)
select n from unnest($1) as n order by lower(n)
on conflict (lower(tag_name)) do nothing
