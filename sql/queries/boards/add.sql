-- A new board of a person's; secret: its owner's alone.
-- in: owner int8, title text, secret bool
-- out: id int8
insert into board (owner, title, visibility) values ($1, $2, $3::int)
returning id
