-- Which of these keys belong to a picture?
-- in: keys texts
-- out: key text, complete bool
select split_part(files, ' ', 1) as key, complete
from media
where split_part(files, ' ', 1) = any ($1)
