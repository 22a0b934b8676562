-- Has the viewer nothing that others may not see?  Then what he sees of items
-- and boards is what everybody sees.
-- in: viewer int8
-- out: plain bool
select not hides_something($1) as plain
