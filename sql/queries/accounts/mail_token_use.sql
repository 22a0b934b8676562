-- Spends a token that came by mail, for the account it was made for (0: any).
-- in: hash bytes, purpose text, account int8
-- out: account int8, email text
delete from mail_token t
using account a
where t.hash = $1 and t.purpose = $2 and ($3 = 0 or t.account = $3)
  and t.expires_at > now() and a.id = t.account and a.is_active
returning t.account, t.email
