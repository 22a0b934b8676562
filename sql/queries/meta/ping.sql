-- Does the database answer?
-- out: one int4
select 1 as one
