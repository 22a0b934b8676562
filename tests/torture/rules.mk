# The cache on the running system: clients, faults, a checker of what they saw
# (test-torture), and the same for as long as one likes:
#
#   make torture-cache SECONDS=300 SEED=7      a table in build/torture.md
#
# `make torture` is that and everything else that breaks the site, below.  Each
# part has a length of its own, which SECONDS replaces.  STRICT: these hold the
# bars as they are meant, test-torture such as a busy machine holds (bars.py).

TORTURE := $(B)/tests/torture
SEED    ?=
torture-cache torture-chaos torture-soak torture-rest: export STRICT ?= 1

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
.PHONY: torture-chaos torture-faulty torture-soak torture-rest
torture-chaos: all
	/usr/bin/python3 tests/torture/chaos.py --seconds $(or $(SECONDS),1800) $(if $(SEED),--seed $(SEED))

torture-faulty: all $(TORTURE)/faulty.so
	TORTURE=$(abspath $(TORTURE)) /usr/bin/python3 tests/torture/faulty.py \
	    $(if $(SEED),--seed $(SEED)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SITES),--sites $(SITES)) \
	    $(if $(CACHE),--cache $(CACHE)) $(if $(ROLE),--role $(ROLE))

# A sample of the same with the cache, and in the processes of pictures and of
# fetching.
.PHONY: torture-faulty-more
torture-faulty-more: all
	@failed=; for how in CACHE=cold CACHE=warm ROLE=image ROLE=fetch; do \
	    $(MAKE) --no-print-directory torture-faulty SAMPLE=$(or $(SAMPLE),1500) $$how || \
	    failed="$$failed $$how"; done; [ -z "$$failed" ]

torture-soak: all
	/usr/bin/python3 tests/torture/soak.py --seconds $(or $(SECONDS),7200) $(if $(SEED),--seed $(SEED))

# Disks, limits, order of start, networks, crowds, jobs of many hosts, the cache
# back in service: what CI runs, with figures; and more reloads, each of which
# runs another build of the program.
torture-rest: all crashing
	@$(MAKE) --no-print-directory CC=clang all
	CRASHING=$(abspath build/crash-$(notdir $(CC))/pinwall) REQUESTS=$(or $(REQUESTS),100000) \
	    $(if $(SEED),TORTURE_SEED=$(SEED)) /usr/bin/python3 -m pytest -q -s -p no:cacheprovider \
	    $(addprefix tests/torture/test_,full.py exhausted.py start.py network.py slow.py raw.py \
	    jobs_many.py crash.py power.py torture.py::test_it_is_in_service_again)

# All of it, one after the other; each goes on when one before it found something.
.PHONY: torture torture-cache test-torture
torture:
	@failed=; for part in cache chaos faulty faulty-more soak rest valgrind desync; do \
	    $(MAKE) --no-print-directory torture-$$part || failed="$$failed $$part"; done; \
	    [ -z "$$failed" ] || { echo "torture found something in:$$failed"; exit 1; }

torture-cache: all $(TORTURE)/reader crashing
	TORTURE=$(abspath $(TORTURE)) \
	    CRASHING=$(abspath build/crash-$(notdir $(CC))/pinwall) /usr/bin/python3 tests/torture/torture.py \
	    --seconds $(or $(SECONDS),300) $(if $(SEED),--seed $(SEED))

test-torture: all $(TORTURE)/reader $(TORTURE)/faulty.so crashing
	TORTURE=$(abspath $(TORTURE)) \
	    CRASHING=$(abspath build/crash-$(notdir $(CC))/pinwall) \
	    /usr/bin/python3 -m pytest -q -s -p no:cacheprovider tests/torture

# Every route below valgrind; its logs are in build/valgrind.  The program is one
# that gives its processes more time to become ready.
.PHONY: torture-valgrind torture-desync
torture-valgrind:
	@$(MAKE) --no-print-directory MODE=slow all
	PINWALL=$(abspath build/slow-$(notdir $(CC))/pinwall) /usr/bin/python3 tests/torture/memcheck.py \
	    $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ONLY),--only $(ONLY))

# Requests that are out of order, by HTTP/1 and HTTP/2.
torture-desync: all
	REQUESTS=$(or $(REQUESTS),100000) $(if $(SEED),TORTURE_SEED=$(SEED)) \
	    /usr/bin/python3 -m pytest -q -s -p no:cacheprovider tests/torture/test_desync.py
