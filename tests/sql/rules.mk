# checksql, and `make test-sql`.

$(B)/checksql: $(B)/fcgi-app/tools/checksql.o $(LIB)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)

-include $(B)/fcgi-app/tools/checksql.d

.PHONY: test-sql
test-sql: $(B)/pinwall $(B)/checksql
	PINWALL=$(abspath $(B)/pinwall) CHECKSQL=$(abspath $(B)/checksql) \
	    /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/sql
