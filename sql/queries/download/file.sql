-- The file that the viewer may download.
-- in: viewer int8
-- out: file text, ended_at time
select file, ended_at from account_export
where account = $1 and file is not null and expires_at > now()
