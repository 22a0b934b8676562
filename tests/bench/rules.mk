# The floor worker: the core without an application.

CORE := $(filter $(B)/fcgi-app/core/%,$(OBJ))

$(B)/libcore.a: $(CORE)
	@rm -f $@
	@ar rcs $@ $^

# Of the application it has the texts of two queries, and what stands in some
# of their columns.
$(B)/floor: $(B)/tests/bench/floor.o $(B)/gen/queries.o \
    $(B)/fcgi-app/infra/pg_args.o $(B)/fcgi-app/infra/files.o $(B)/libcore.a
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LIBS)

-include $(B)/tests/bench/floor.d

.PHONY: bench
bench:
	@deploy/embedded/packages.sh run build test
	@$(MAKE) --no-print-directory all $(B)/floor
	@/usr/bin/python3 tests/bench/bench.py $(BENCH)

# The index of similar items, beside what else there is.
.PHONY: bench-similar
bench-similar:
	@deploy/embedded/packages.sh run build test
	@$(MAKE) -s similar
	@SIMILAR=$(abspath $(B)/tests/similar) \
	    /usr/bin/python3 tests/bench/similar.py $(SIMILAR_BENCH)
	@$(MAKE) --no-print-directory all
	@/usr/bin/python3 tests/bench/visible.py | tee -a build/bench-similar.md

# The lists of a large site.
.PHONY: bench-feeds
bench-feeds:
	@deploy/embedded/packages.sh run build test
	@$(MAKE) --no-print-directory all $(B)/checksql
	@/usr/bin/python3 tests/bench/feeds.py $(FEEDS)
