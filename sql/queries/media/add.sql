-- A picture whose first file is stored.
-- in: owner int8, image text, files text, width int8, height int8, frames int8,
-- in: source text, colour text, palette texts, placeholder text, dhash int8,
-- in: sha256 bytes, complete bool
-- out: id int8
insert into media (owner, image, files, width, height, frames, source, colour,
    palette, placeholder, dhash, sha256, complete)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
returning id
