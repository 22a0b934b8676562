-- Boards beside the next items on an account's boards, by the items' ids.
-- in: account int8, after int8, most int8
-- out: last int8
select list_account_boards($1, $2, $3) as last
