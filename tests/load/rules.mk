# The site under load, without and with a cache; some minutes.  A short visit is
# among the tests.
#
#   make load LOAD='--rounds 5 --each 2000'

.PHONY: load
load:
	@deploy/embedded/packages.sh run build test
	@$(MAKE) --no-print-directory all
	@/usr/bin/python3 tests/load/load.py $(LOAD)
