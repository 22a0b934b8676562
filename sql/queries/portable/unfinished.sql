-- An import of this name that did not come to its end.
-- in: username text
-- out: id int8
select a.id from account a join account_import i on i.account = a.id
where lower(a.username) = lower($1)
