-- What a person says of himself.
-- in: account int8
-- out: line text, files text
select jsonb_strip_nulls(jsonb_build_object('username', a.username, 'email', a.email,
	'verified', a.email_verified_at is not null,
	'created', micros(a.created_at), 'user_name', a.user_name,
	'profile_name', a.profile_name, 'introduction', a.introduction,
	'gender', a.gender,
	'birthday', a.birthday::text,
	'shoe_size', coalesce(a.shoe_size, 0),
	'phone_number', a.phone_number,
	'notices_off', coalesce((
		select string_agg(k::text, ' ' order by k)
		from unnest(s.off) k), '')))::text as line,
    coalesce(m.files, '') as files
from account a
left join notice_state s on s.account = a.id
left join media m on m.id = a.avatar
where a.id = $1
