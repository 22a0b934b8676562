-- A picture of a post that came.
-- in: account int8, media int8, at int8, place int8
-- out: style int8
insert into style_image (style, place, media)
select id, $4::smallint, $2 from item
where owner = $1 and kind = 'style' and created_at = of_micros($3)
order by id limit 1
returning style
