# Fuzz targets: every tests/fuzz/NAME_fuzz.c is a libFuzzer program with its
# inputs in tests/fuzz/corpus/NAME.  They need clang and a mode of their own:
#
#   make CC=clang MODE=fuzz fuzz
#   build/fuzz-clang/tests/fuzz/NAME_fuzz -max_total_time=600 tests/fuzz/corpus/NAME

FUZZ := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))

.PHONY: fuzz
fuzz: $(FUZZ)

$(FUZZ): $(B)/%: $(B)/%.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(LIB) $(LIBS)

-include $(FUZZ:=.d)
