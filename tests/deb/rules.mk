# The packages, installed where nothing was: make test-deb.
#
# The machine of the tests is a Debian in a folder, with networks, processes and
# mounts of its own, so that nothing is left of it when they end.

DEB_TEST := build/deb-test

.PHONY: test-deb deb-test-next
test-deb: deb deb-test-next
	@if tests/deb/alone true 2>/dev/null; then \
	    tests/deb/make-root '$(CURDIR)/$(DEB_TEST)/root' \
	        $(DEB)/pinwall_*.deb >$(DEB_TEST)/root.log 2>&1 || \
	        { cat $(DEB_TEST)/root.log; exit 1; }; \
	    tests/deb/alone /usr/bin/python3 -m pytest -q tests/deb; \
	else \
	    /usr/bin/python3 -m pytest -q tests/deb; \
	fi

# The next version: the same program with one more migration, and another look.
deb-test-next: deb
	@mkdir -p $(DEB_TEST)
	@tests/deb/make-next $(DEB_TEST)/next $(MODE) '$(DEB_VERSION).1' \
	    >$(DEB_TEST)/next.log 2>&1 || { cat $(DEB_TEST)/next.log; exit 1; }
