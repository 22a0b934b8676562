-- What an unfinished import has made goes before its account.
-- in: account int8
update item set deleted_at = now()
where owner in (select account from account_import where account = $1)
  and deleted_at is null
