# The site under load; about ten minutes.  Writes the table and the picture of
# tests/load/report, and the README's.  A short visit is among the tests.
#
#   make load LOAD='--requests 4000'     or --seconds 5, --users 50, --scale 0.1
#   make load LOAD='--pause 2 --conditional'   as browsers do it

.PHONY: load
load:
	@deploy/embedded/packages.sh run build test
	@$(MAKE) --no-print-directory all
	@/usr/bin/python3 tests/load/load.py $(LOAD)
