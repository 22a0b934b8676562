-- A new board of a person's; secret: its owner's alone.
-- in: owner int8, title text, secret bool, content text
-- out: id int8
insert into board (owner, title, visibility, content)
values ($1, $2, $3::int, coalesce($4, ''))
returning id
