# The browser application: build/web, made when a source of it has changed.
#
#   make web          builds it (part of `make all`)
#   make check-web    the types; and make test-web, make screenshots: tests/web

WEB     := nginx/web
WEB_SRC := $(shell find $(WEB) -path $(WEB)/node_modules -prune -o -type f -print)

.PHONY: web
web: build/web/.made
all: build/web/.made

# npm ci installs exactly what the lock file names.
$(WEB)/node_modules/.made: $(WEB)/package-lock.json
	@command -v node npm >/dev/null || { \
	    echo "node and npm are missing: make install-packages"; exit 1; }
	@echo "  NPM $(WEB)"
	@cd $(WEB) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Builds of several compilers may want it at the same time.
build/web/.made: $(WEB_SRC) $(WEB)/node_modules/.made
	@mkdir -p build
	@flock build/web.lock $(MAKE) -s --no-print-directory web-build

.PHONY: web-build
web-build:
	@node $(WEB)/build.mjs build/web
	@touch build/web/.made
