-- One case with its newest reports, and what the staff did to the thing.
-- in: id int8
-- out: id int8, kind text, item int8, board int8, excerpt text, image image,
-- out: url text, owner.id int8, owner.username text, owner.suspended bool,
-- out: taken_down bool, reports int4, reasons json, first_at time, last_at time,
-- out: closed_at time, action text, all_reports json,
-- out: history json
select c.id, c.kind, c.item, c.board, c.excerpt, c.image, c.url,
    c.owner as "owner.id", c.owner_name as "owner.username",
    c.owner_suspended as "owner.suspended", c.taken_down, c.n as reports,
    c.reasons::json as reasons, c.first_at, c.reported_at as last_at, c.closed_at,
    c.action,
    (select coalesce(json_agg(x), '[]') from (
	select r.id, a.username as reporter, r.reason, r.note, json_time(r.created_at)
	    as created_at, json_time(r.closed_at) as closed_at
	from report r left join account a on a.id = r.reporter
	where r.item = c.item or r.board = c.board or r.person = c.person
	order by r.id desc limit 100) x) as all_reports,
    (select coalesce(json_agg(x), '[]') from (
	select l.id, l.staff_name as staff, l.action, l.note,
	    json_time(l.created_at) as created_at
	from staff_log l
	where l.item = c.item or l.board = c.board
	   or c.person is not null and l.person = c.person
	order by l.id desc limit 100) x) as history
from shown_case c
where c.id = $1
