# Tests of the index of likeness: programs that a test drives.

SIMILAR := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/similar/*.c)))

.PHONY: similar
similar: $(SIMILAR)

$(SIMILAR): $(B)/%: $(B)/%.o $(LIB)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)

-include $(SIMILAR:=.d)
