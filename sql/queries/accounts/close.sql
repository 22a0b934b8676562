-- The account is removed by its owner.
-- in: account int8
-- out: id int8
select id from close_account($1) id where id is not null
