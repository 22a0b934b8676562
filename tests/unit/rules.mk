# Unit tests: every tests/unit/NAME_test.c becomes a program of its own, linked
# with what the program itself is made of.  `make unit` builds them all.

UNIT := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/unit/*_test.c)))

.PHONY: unit
unit: $(UNIT)

$(UNIT): $(B)/%: $(B)/%.o $(LIB)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS) -lcmocka

-include $(UNIT:=.d)
