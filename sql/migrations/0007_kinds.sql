-- More kinds of items.  A value can be used once it is committed, so they come
-- before what is made of them.

alter type item_kind add value 'comment';
alter type item_kind add value 'style';
