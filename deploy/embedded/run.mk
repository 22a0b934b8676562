# The site on this machine: make run, stop, reload, status; and its tests.
#
#   make run                      installs what is missing, builds, starts all
#                                 in var/ with demo data; Ctrl-C ends it
#   make run DETACH=1 PORT=8080   the same, but returns when the site is ready
#   make stop, reload, status
#   make test                     everything that CI runs
#   make check-fast               what answers within ten seconds

VAR   ?= var
PORT  ?= 8080
STACK := PINWALL="$$PWD/$(B)/pinwall" deploy/embedded/stack
JOBS  := -j$(shell nproc)

.PHONY: run stop reload status test check-fast install-packages print-B
run:
	@deploy/embedded/packages.sh run build --optional photographs
	@$(MAKE) --no-print-directory $(JOBS) all
ifdef DETACH
	@$(STACK) up "$(VAR)" "$(PORT)"
	@$(STACK) demo "$(VAR)"
	@$(STACK) tell "$(VAR)"
else
	@$(STACK) run "$(VAR)" "$(PORT)"
endif

stop:
	@$(STACK) down "$(VAR)"

reload:
	@$(MAKE) --no-print-directory $(JOBS) all
	@$(STACK) reload "$(VAR)"

status:
	@$(STACK) status "$(VAR)"

install-packages:
	@deploy/embedded/packages.sh run build deb test

test:
	@tests/run

check-fast:
	@tests/run --fast

# For scripts: the folder that this compiler and mode build in.
print-B:
	@echo $(B)
