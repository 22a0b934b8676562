-- Somebody who came is here.
-- in: account int8
-- out: id int8
with done as (
	delete from account_import where account = $1 returning account
)
update account set is_active = true
where id in (select account from done)
returning id
