-- An unfinished import.
-- in: account int8
delete from account
where id in (select account from account_import where account = $1)
