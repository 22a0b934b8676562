-- Removes notices of more than 90 days, at most 1,000; says how many.
-- out: removed int8
select notices_sweep() as removed
