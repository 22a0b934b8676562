-- All that follows in this transaction is of one moment.
set transaction isolation level repeatable read
