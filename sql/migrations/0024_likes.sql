-- What somebody liked, the latest first: for the list of it, and what the index
-- of likes by account was for.
create index item_like_latest on item_like (account, created_at desc,
    item desc);
drop index item_like_account;
