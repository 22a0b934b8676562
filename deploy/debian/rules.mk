# Debian packages: `make deb` writes them to build/deb.
# What is missing for that is installed, by apt.
#
# The version is the time of the last commit; DEB_VERSION gives another.

DEB_VERSION ?= 1.0+$(shell git log -1 --format=%cd --date=format:%Y%m%d%H%M%S \
               2>/dev/null || date -u -r Makefile +%Y%m%d%H%M%S)
DEB         ?= build/deb

.PHONY: deb
deb:
	@deploy/embedded/packages.sh build deb
	@$(MAKE) --no-print-directory $(JOBS) all
	@echo "  DEB $(DEB_VERSION)"
	@rm -rf $(DEB)/tree $(DEB)/*.deb
	@mkdir -p $(DEB)/tree
	@cp -R deploy/debian $(DEB)/tree/debian
	@printf 'pinwall (%s) stable; urgency=medium\n\n  * As of this date.\n\n -- %s  %s\n' \
	    '$(DEB_VERSION)' 'Pinwall <pinwall@localhost.localdomain>' \
	    "$$(git log -1 --format=%cD 2>/dev/null || date -u -R -r Makefile)" \
	    >$(DEB)/tree/debian/changelog
	@cd $(DEB)/tree && TOP='$(CURDIR)' B='$(B)' \
	    debian/rules binary >../build.log 2>&1 || \
	    { cat ../build.log; exit 1; }
	@ls $(DEB)/*.deb
