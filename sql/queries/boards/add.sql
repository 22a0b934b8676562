-- A new board of a person's.
-- in: owner int8, title text
-- out: id int8
insert into board (owner, title) values ($1, $2) returning id
