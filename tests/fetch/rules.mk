# The driver of the fetch tests, and `make test-fetch`.

$(B)/fetch_tool: $(B)/tests/fetch/fetch_tool.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)

-include $(B)/tests/fetch/fetch_tool.d

.PHONY: test-fetch
test-fetch: $(B)/fetch_tool
	FETCH_TOOL=$(abspath $(B)/fetch_tool) /usr/bin/python3 -m pytest -q \
	    -p no:cacheprovider tests/fetch
