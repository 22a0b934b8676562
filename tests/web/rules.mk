# Tests of the browser application, and pictures of its pages to be looked at.

.PHONY: check-web test-web screenshots lighthouse
# The types of the application; a text that a language lacks is one.
check-web: $(WEB)/node_modules/.made
	@cd $(WEB) && node_modules/.bin/tsc

test-web: all
	/usr/bin/python3 -m pytest -q -p no:cacheprovider tests/web

# Of the site at SITE, or else that of `make run`.
screenshots: all
	SITE=$(or $(SITE),http://127.0.0.1:$(PORT)) node tests/web/screenshots.mjs \
	    build/screenshots $(PAGES)

lighthouse: all
	SITE=$(or $(SITE),http://127.0.0.1:$(PORT)) node tests/web/lighthouse.mjs
