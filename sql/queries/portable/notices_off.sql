-- Of which kinds of notice a person wants none.
-- in: account int8, kinds text
update notice_state set off = array(
	select k from unnest(enum_range(null::notice_kind)) k
	where k::text = any (string_to_array($2, ' ')))
where account = $1
