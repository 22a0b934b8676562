-- Blocking without a gap, reports of things and people, and what the staff did.

-- After follow_added, which locks the two.
create function follow_apart() returns trigger language plpgsql as $$
begin
	delete from follow f using made m
	where f.follower = m.follower and f.followee = m.followee
	  and is_apart(m.follower, m.followee);
	return null;
end $$;
create trigger follow_apart after insert on follow
    referencing new table as made
    for each statement execute function follow_apart();

-- Reports ----------------------------------------------------------------------

-- What somebody says is wrong with an item, a board or a person.  Open until the
-- staff has judged it; open ones of one thing are judged together.
create table report (
	id bigint generated always as identity primary key,
	reporter bigint references account (id) on delete set null,
	item bigint references item (id) on delete cascade,
	board bigint references board (id) on delete cascade,
	person bigint references account (id) on delete cascade,
	reason text not null check (reason in ('spam', 'nudity', 'hate',
	    'violence', 'harassment', 'copyright', 'other')),
	note text not null default '' check (length(note) <= 500),
	created_at timestamptz not null default clock_timestamp(),
	closed_at timestamptz,
	constraint report_one_thing check (num_nonnulls(item, board, person) = 1)
);
create unique index report_item_key on report (reporter, item)
    where item is not null and closed_at is null;
create unique index report_board_key on report (reporter, board)
    where board is not null and closed_at is null;
create unique index report_person_key on report (reporter, person)
    where person is not null and closed_at is null;
create index report_reporter on report (reporter);
create index report_item on report (item) where item is not null;
create index report_board on report (board) where board is not null;
create index report_person on report (person) where person is not null;

-- One row for each thing that was reported: what the queue shows.  n: its open
-- reports, reasons: how often each reason was given in them.
create table report_case (
	id bigint generated always as identity primary key,
	item bigint references item (id) on delete cascade,
	board bigint references board (id) on delete cascade,
	person bigint references account (id) on delete cascade,
	n int not null default 0,
	reasons jsonb not null default '{}',
	reported_at timestamptz not null default clock_timestamp(), -- the last
	closed_at timestamptz,
	action text,
	first_at timestamptz not null default clock_timestamp(),
	constraint report_case_one_thing
	    check (num_nonnulls(item, board, person) = 1)
);
create unique index report_case_item_key on report_case (item)
    where item is not null;
create unique index report_case_board_key on report_case (board)
    where board is not null;
create unique index report_case_person_key on report_case (person)
    where person is not null;
create index report_case_open on report_case (reported_at desc, id desc)
    where closed_at is null;
create index report_case_closed on report_case (closed_at desc, id desc)
    where closed_at is not null;

-- A report opens the case of its thing, or adds to it.
create function report_made() returns trigger language plpgsql as $$
begin
	insert into report_case (item, board, person)
	select distinct item, board, person from made order by 1, 2, 3
	on conflict do nothing;
	perform 1 from report_case c
	where exists (select from made m where c.item = m.item
	    or c.board = m.board or c.person = m.person)
	order by c.id for no key update;
	update report_case c set closed_at = null, action = null,
	    n = d.n + case when c.closed_at is null then c.n else 0 end,
	    first_at = case when c.closed_at is null and c.n > 0
		then c.first_at else d.first end,
	    reported_at = d.at,
	    reasons = case when c.closed_at is null then c.reasons
		else '{}' end || (
		select jsonb_object_agg(r.key, r.value::int
		    + case when c.closed_at is null
			then coalesce((c.reasons->>r.key)::int, 0) else 0 end)
		from jsonb_each_text(d.reasons) r)
	from (
		select item, board, person, sum(k)::int as n, max(at) as at,
		    min(first) as first, jsonb_object_agg(reason, k) as reasons
		from (select item, board, person, reason, count(*) as k,
			max(created_at) as at, min(created_at) as first
		    from made group by 1, 2, 3, 4) m
		group by 1, 2, 3) d
	where c.item = d.item or c.board = d.board or c.person = d.person;
	return null;
end $$;
create trigger report_made after insert on report
    referencing new table as made
    for each statement execute function report_made();

-- What the staff did -------------------------------------------------------------

-- Who did what to whom or what, and why.  It is only added to.  No key leads out
-- of it: what it tells of may go, it stays.
create table staff_log (
	id bigint generated always as identity primary key,
	staff bigint not null,
	staff_name text not null,
	action text not null,
	item bigint,
	board bigint,
	person bigint,
	about text not null default '', -- the name or title it had then
	note text not null default '' check (length(note) <= 500),
	created_at timestamptz not null default clock_timestamp()
);
create index staff_log_newest on staff_log (created_at desc, id desc);

create function staff_log_stays() returns trigger language plpgsql as $$
begin
	raise exception 'the log of the staff is only added to';
end $$;
create trigger staff_log_stays before update or delete or truncate
    on staff_log for each statement execute function staff_log_stays();

-- Boards that items are shown with ------------------------------------------------
--
-- Those that everybody sees stand in item_list: what becomes of an account
-- becomes of its boards, and who is apart from somebody does not see theirs.

create function account_came_or_went() returns trigger language plpgsql as $$
begin
	perform list_item_boards(array(select x.item
	    from board b join board_item x on x.board = b.id
	    where b.owner = new.id));
	return null;
end $$;
create trigger account_came_or_went after update of is_active on account
    for each row when (old.is_active <> new.is_active)
    execute function account_came_or_went();

create function boards_beside(boards json, viewer bigint) returns json
language plpgsql stable parallel safe as $$
begin
	if not exists (select from block where blocker = viewer)
	    and not exists (select from block where blocked = viewer) then
		return boards;
	end if;
	return (select coalesce(json_agg(s.value order by s.place), '[]')
	    from json_array_elements(boards) with ordinality s (value, place)
	    join board b on b.id = (s.value->>'id')::bigint
	    join account a on a.id = b.owner
	    where can_see_board(a.is_active, b.owner, b.visibility,
	        b.deleted_at, b.id, viewer));
end $$;

-- The boards of an item (item_list.boards) that the viewer may see.
create function boards_for(boards json, viewer bigint) returns json
language sql stable parallel safe as $$
	select case when viewer <= 0 then boards
	    else boards_beside(boards, viewer) end
$$;
