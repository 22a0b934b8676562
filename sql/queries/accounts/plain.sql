-- Has the viewer nothing that others may not see?  Then what he sees of items
-- and boards is what everybody sees.
-- in: viewer int8
-- out: plain bool
select not exists (select from item i
	where i.owner = $1 and i.visibility <> 0)
    and not exists (select from board b
	where b.owner = $1 and b.visibility <> 0) as plain
