-- The job that tells of things locked boards before people, and a new pin that is
-- put on a board its maker, whose posts it counts, before the board: each had
-- what the other wanted, and the pin was refused (deadlock).  All lock in one
-- order: items, people, tags, boards, then what else features lock, and last the
-- state of those who are told, events and notices.

create or replace function notice_write(topic notice_kind, actor bigint, source bigint)
returns void language plpgsql as $$
declare
	boards bigint[];
	items bigint[];
	told bigint[];
	due record;
	at bigint;
begin
	boards := array(select case $1 when 'invite' then $3
	    else (select l.board from staff_log l where l.id = $3) end
	    where $1 in ('invite', 'staff'));
	items := array(select $3 where $1 in ('like', 'comment')
	    union select unnest(array[d.item, d.root])
	    from notices_due($1, $2, $3) d where $1 not in ('follow', 'invite'));
	perform 1 from item where id = any (items) order by id for key share;
	perform 1 from account where id in (select $2
	    union select b.owner from board b where b.id = any (boards)
	    union select i.owner from item i where i.id = any (items))
	order by id for share;
	perform 1 from board where id = any (boards) order by id for share;
	told := array(select d.receiver from notices_due($1, $2, $3) d
	    union select e.receiver from notice_event e
	    where (e.actor, e.topic, e.source) = ($2, $1, $3));
	perform notice_hold(told);
	delete from notice_event e using notice n
	where (e.actor, e.topic, e.source) = ($2, $1, $3) and n.id = e.notice
	  and n.read_at is null
	  and not exists (select from notices_due($1, $2, $3) d
	      where d.receiver = e.receiver and d.kind = n.kind);
	for due in select w.* from notices_wanted($1, $2, $3) w
	    where w.receiver = any (told) and not exists (
		select from notice_event e
		where (e.actor, e.topic, e.source) = ($2, $1, $3)
		  and e.receiver = w.receiver)
	loop
		insert into notice (receiver, kind, item, root)
		values (due.receiver, due.kind, due.item, due.root)
		on conflict (receiver, kind, item) where read_at is null
		do update set root = excluded.root
		returning id into at;
		insert into notice_event (notice, topic, actor, source, receiver)
		values (at, $1, $2, $3, due.receiver);
	end loop;
end $$;
