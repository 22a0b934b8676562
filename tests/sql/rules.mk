# checksql, and `make test-sql`; check-sql is the part of it that check-fast has
# time for.

$(B)/checksql: $(B)/fcgi-app/tools/checksql.o $(LIB)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)

-include $(B)/fcgi-app/tools/checksql.d

TEST_SQL := PINWALL=$(abspath $(B)/pinwall) CHECKSQL=$(abspath $(B)/checksql) \
            /usr/bin/python3 -m pytest -q -p no:cacheprovider

.PHONY: test-sql check-sql
test-sql: $(B)/pinwall $(B)/checksql
	$(TEST_SQL) tests/sql

# A hundred thousand likes and bookmarks at once.
.PHONY: test-toggles
test-toggles: $(B)/pinwall $(B)/checksql
	TOGGLES=100000 $(TEST_SQL) tests/sql/test_talk.py -k r7

check-sql: $(B)/pinwall $(B)/checksql
	$(TEST_SQL) tests/sql/test_queries.py \
	    -k 'declares or guarded or can_see'
