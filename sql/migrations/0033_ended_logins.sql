-- Logins that ended are told to the other hosts: each has a table of them in
-- memory (infra/revoked.h), and its index process keeps that too.
create function tell_ended() returns trigger language plpgsql as $$
begin
	perform pg_notify('index', '');
	return null;
end $$;
create trigger session_ended after update on session for each row
    when (old.revoked_at is null and new.revoked_at is not null)
    execute function tell_ended();
