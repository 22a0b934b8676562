-- Makes the people whom a comment names (@username) those that it is known to
-- mention.  A name ends where nobody has it who goes on with Hangul: what
-- follows a name is written together with it.
-- in: comment int8, viewer int8, content text
with said as (
	select distinct m[1] as name from regexp_matches($3,
	    '(?:^|[^0-9A-Za-z가-힣_.@-])@([0-9A-Za-zㄱ-ㅎㅏ-ㅣ가-힣]'
	    || '(?:[0-9A-Za-zㄱ-ㅎㅏ-ㅣ가-힣_.-]{0,18}'
	    || '[0-9A-Za-zㄱ-ㅎㅏ-ㅣ가-힣])?)', 'g') m
	limit 10
), found as (
	select distinct on (s.name) a.id
	from said s
	cross join lateral generate_series(1, length(s.name)) n
	join account a on lower(a.username) = lower(left(s.name, n))
	where substr(s.name, n + 1) ~ '^[가-힣]*$'
	  and can_see(a.is_active, a.id, 0::smallint, null, $2)
	order by s.name, n desc
), gone as (
	delete from comment_mention
	where comment = $1 and account not in (select id from found)
)
insert into comment_mention (comment, account)
select distinct $1, id from found
on conflict do nothing
