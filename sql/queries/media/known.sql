-- Which of these keys belong to a picture, or to an export?
-- in: keys texts
-- out: key text, complete bool
select split_part(files, ' ', 1) as key, complete
from media
where split_part(files, ' ', 1) = any ($1)
union all
select file, false from account_export where file = any ($1)
