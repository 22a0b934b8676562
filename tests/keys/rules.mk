# The driver of the mail tests and `make test-keys`; the costs of keys.

$(B)/mail_tool $(B)/keys_bench: $(B)/%: $(B)/tests/keys/%.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)

-include $(B)/tests/keys/mail_tool.d $(B)/tests/keys/keys_bench.d

.PHONY: test-keys
test-keys: $(B)/mail_tool
	MAIL_TOOL=$(abspath $(B)/mail_tool) /usr/bin/python3 -m pytest -q \
	    -p no:cacheprovider tests/keys
