-- The ten most used tags whose names begin so, without regard to case.
-- (U+10FFFF stands after every letter.)
-- in: prefix text
-- out: id int8, tag_name text, item_count int4
select id, tag_name, item_count from tag
where lower(tag_name) ~>=~ lower($1)
  and lower(tag_name) ~<~ (lower($1) || chr(1114111))
order by item_count desc, lower(tag_name), id
limit 10
