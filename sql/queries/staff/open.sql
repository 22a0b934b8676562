-- Cases that are to be judged, the last report first.
-- in: page
-- out: id int8, kind text, item int8, board int8, excerpt text, image image,
-- out: url text, owner.id int8, owner.username text, owner.suspended bool,
-- out: taken_down bool, reports int4, reasons json, first_at time, last_at time,
-- out: closed_at time, action text, _at time, _id int8
select c.id, c.kind, c.item, c.board, c.excerpt, c.image, c.url,
    c.owner as "owner.id", c.owner_name as "owner.username",
    c.owner_suspended as "owner.suspended", c.taken_down, c.n as reports,
    c.reasons::json as reasons, c.first_at, c.reported_at as last_at, c.closed_at,
    c.action, c.reported_at as _at, c.id as _id
from shown_case c
where c.closed_at is null
  and (c.reported_at, c.id) < ($1, $2) -- keyset
order by c.reported_at desc, c.id desc -- keyset
limit $3
