-- Changes what is given of what the viewer wants to be told of (-1: not given).
-- in: viewer int8, follow int8, like int8, comment int8, reply int8, mention int8,
-- in: invite int8
update notice_state
set off = array(
	select v.kind
	from (values ('follow'::notice_kind, $2), ('like', $3), ('comment', $4),
	    ('reply', $5), ('mention', $6), ('invite', $7)) v (kind, given)
	where case when v.given < 0 then v.kind = any (off) else v.given = 0 end)
where account = $1
