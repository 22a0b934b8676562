# Fuzz targets: every tests/fuzz/NAME_fuzz.c is a libFuzzer program; its inputs
# are in tests/fuzz/corpus/NAME and its words, if any, in tests/fuzz/NAME.dict.
#
#   make fuzz               builds them all, by clang in a mode of their own
#   make fuzz TIME=600      ... and runs each for so many seconds
#   make fuzz TIME=60 ONLY=json
#
# What is found on the way is kept in build/fuzz-found/NAME; inputs that reach
# something new go into the corpus by
#
#   build/fuzz-clang/tests/fuzz/NAME_fuzz -merge=1 tests/fuzz/corpus/NAME \
#       build/fuzz-found/NAME

ifdef ONLY
FUZZ_NAMES := $(ONLY)
else
FUZZ_NAMES := $(patsubst tests/fuzz/%_fuzz.c,%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
endif
FUZZ := $(FUZZ_NAMES:%=$(B)/tests/fuzz/%_fuzz)

.PHONY: fuzz $(FUZZ_NAMES:%=fuzz-run-%)
ifneq ($(MODE),fuzz)
fuzz:
	@$(MAKE) --no-print-directory CC=clang MODE=fuzz fuzz
else
ifdef TIME
fuzz: $(FUZZ_NAMES:%=fuzz-run-%)
else
fuzz: $(FUZZ)
endif
endif

$(FUZZ_NAMES:%=fuzz-run-%): fuzz-run-%: $(B)/tests/fuzz/%_fuzz
	@mkdir -p build/fuzz-found/$*
	$< -max_total_time=$(TIME) -print_final_stats=1 -timeout=10 \
	    -rss_limit_mb=2048 -artifact_prefix=build/fuzz-found/$*- \
	    $(patsubst %,-dict=%,$(wildcard tests/fuzz/$*.dict)) \
	    build/fuzz-found/$* $(wildcard tests/fuzz/corpus/$*)

$(FUZZ): $(B)/%: $(B)/%.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(LIB) $(LIBS)

-include $(FUZZ:=.d)
