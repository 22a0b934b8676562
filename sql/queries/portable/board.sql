-- A board that comes; media 0: it has no cover of its own.
-- in: account int8, media int8, at int8, edited int8, deleted int8, place int8,
-- in: visibility int8, title text, content text
-- out: id int8
insert into board (owner, cover, created_at, edited_at, deleted_at, place,
    visibility, title, content)
values ($1, nullif($2, 0), of_micros($3), of_micros($4),
    of_micros(nullif($5, 0)), of_micros($6), $7::smallint, $8, $9)
returning id
