# Scanners that others wrote, against a site of its own without a network.
#
#   make scan                     all
#   make scan SCAN=full           sqlmap by all it knows (level 5, risk 3), 500 slow clients,
#                                 wapiti for two minutes a module
#   make scan SCAN=brief          wapiti for minutes, sqlmap on every tenth route
#   make scan SCAN='testssl prism'   only these
#   make scan SCAN=prism API_TESTS='test_pins.py test_boards.py'
#
# The report of each is in build/scan; those of npm are installed below it.

SCAN_NPM := build/scan/npm

$(SCAN_NPM)/.made: tests/scan/npm/package-lock.json tests/scan/npm/package.json
	@echo "  NPM $(SCAN_NPM)"
	@mkdir -p $(SCAN_NPM)
	@cp tests/scan/npm/package.json tests/scan/npm/package-lock.json $(SCAN_NPM)
	@cd $(SCAN_NPM) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@echo '{}' > $(SCAN_NPM)/node_modules/@mdn/mdn-http-observatory/conf/hsts-preload.json
	@touch $@

.PHONY: scan
scan:
	@deploy/embedded/packages.sh run build test scan
	@$(MAKE) --no-print-directory all $(SCAN_NPM)/.made
	@API_TESTS='$(API_TESTS)' /usr/bin/python3 tests/scan/scan.py $(SCAN)
