-- Lists of the staff.  They are read by what was done to a thing, and by jobs that
-- failed too often.

create index staff_log_item on staff_log (item) where item is not null;
create index staff_log_board on staff_log (board) where board is not null;
create index staff_log_person on staff_log (person) where person is not null;
create index job_dead on job (id) where dead_at is not null;

-- A person as the staff sees them, whatever became of them.
create view staff_person as
select a.id, a.username, a.email, m.image as avatar,
    case when a.is_active then 'active'
	when a.deleted_at is not null then 'deleted'
	when a.suspended_at is not null then 'suspended'
	else 'closed' end as state,
    a.is_staff as staff, a.created_at
from account a left join media m on m.id = a.avatar;
