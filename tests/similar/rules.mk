# Tests of the index of likeness, and `make test-similar`: programs that the
# tests drive, linked with the index and no more.

SIMILAR := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/similar/*.c)))
INDEX := $(filter-out %_feed.o %_proc.o %_words.o,$(filter \
    $(B)/fcgi-app/infra/index%.o,$(OBJ)))

.PHONY: similar test-similar
similar: $(SIMILAR)

$(SIMILAR): $(B)/%: $(B)/%.o $(INDEX) $(B)/libcore.a
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(SIMILAR:=.d)

# The fuzz runs once more under the sanitizers.
test-similar: similar
	@$(MAKE) --no-print-directory MODE=asan similar
	SIMILAR=$(abspath $(B)/tests/similar) \
	    SIMILAR_ASAN=$(abspath build/asan-$(notdir $(CC))/tests/similar) \
	    /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/similar
