# The cache on the running system: clients, faults, a checker of what they saw
# (test-torture), and the same for as long as one likes:
#
#   make torture SECONDS=300 SEED=7      a table in build/torture.md

TORTURE := $(B)/tests/torture
SECONDS ?= 300
SEED    ?=

$(TORTURE)/reader: tests/torture/reader.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) -D_GNU_SOURCE $(CFLAGS) $(LDFLAGS) -o $@ $< -lpthread

# Makes calls of the program fail.
$(TORTURE)/faulty.so: tests/torture/faulty.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) -D_GNU_SOURCE $(filter-out -fPIE,$(CFLAGS)) -fno-builtin -U_FORTIFY_SOURCE \
	    -fPIC -shared -o $@ $< -ldl

# The program that can be told where to be killed (fcgi-app/infra/crashpoint.h).
.PHONY: crashing
crashing:
	@$(MAKE) --no-print-directory MODE=crash all

# Everything is killed while people keep ledgers; every call of every route
# fails once.
.PHONY: torture-chaos torture-faulty
torture-chaos: all
	/usr/bin/python3 tests/torture/chaos.py --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

torture-faulty: all $(TORTURE)/faulty.so
	TORTURE=$(abspath $(TORTURE)) /usr/bin/python3 tests/torture/faulty.py \
	    $(if $(SEED),--seed $(SEED)) $(if $(SAMPLE),--sample $(SAMPLE))

.PHONY: torture test-torture
torture: all $(TORTURE)/reader $(TORTURE)/faulty.so crashing
	TORTURE=$(abspath $(TORTURE)) \
	    CRASHING=$(abspath build/crash-$(notdir $(CC))/pinwall) /usr/bin/python3 tests/torture/torture.py \
	    --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

test-torture: all $(TORTURE)/reader $(TORTURE)/faulty.so crashing
	TORTURE=$(abspath $(TORTURE)) \
	    CRASHING=$(abspath build/crash-$(notdir $(CC))/pinwall) \
	    /usr/bin/python3 -m pytest -q -s -p no:cacheprovider tests/torture
