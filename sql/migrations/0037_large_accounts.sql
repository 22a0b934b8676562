-- Closing or opening an account lists anew all that is on its boards, some 60
-- microseconds each.  What has more than a request should wait for is left to a
-- job, some thousand items in a transaction: until it is through, titles of these
-- boards stand beside pins, and lead to what is not there.

create or replace function account_came_or_went() returns trigger
language plpgsql as $$
declare
	at_once constant int := 20000;
	items bigint[] := array(select distinct x.item
	    from board b join board_item x on x.board = b.id
	    where b.owner = new.id limit at_once + 1);
begin
	if cardinality(items) <= at_once then
		perform list_item_boards(items);
	else
		insert into job (kind, arg) values ('list_boards', new.id);
		perform pg_notify('job', '');
	end if;
	return null;
end $$;

-- Lists the next items on boards of an account anew, by their ids; the last of
-- them, or null: there was none.
create function list_account_boards(asked bigint, after bigint, most bigint)
returns bigint language plpgsql as $$
declare
	items bigint[] := array(select distinct x.item
	    from board b join board_item x on x.board = b.id
	    where b.owner = asked and x.item > after
	    order by 1 limit most);
begin
	perform list_item_boards(items);
	return items[cardinality(items)];
end $$;
