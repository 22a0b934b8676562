# Pinwall.  The targets people use: run, stop, test, check-fast, bench, clean.
# Everything that is built goes to build/, everything that runs to var/.

MAKEFLAGS += --no-builtin-rules
SHELL     := /bin/bash
CC        ?= gcc
ifeq ($(origin CC),default)
CC        := gcc
endif
MODE      ?= release
B         := build/$(MODE)-$(notdir $(CC))

PKGS      := libpq hiredis json-c libjwt libcurl libsodium libzip vips libseccomp \
             libutf8proc libcrypto gumbo expat libarchive libjpeg
CPPFLAGS  := -D_GNU_SOURCE -Ifcgi-app -Ifcgi-app/features -Ifcgi-app/core -Ifcgi-app/infra -I$(B)/gen \
             -include banned.h $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
LIBS      := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lfcgi -lmagic -lzxcvbn -lm -lpthread
WARN      := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
             -Wformat=2 -Wwrite-strings -Wvla -Werror
CFLAGS    := -std=gnu11 -g $(WARN) -fPIE
LDFLAGS   := -pie -Wl,-z,relro,-z,now,--as-needed
ifeq ($(MODE),release)
CFLAGS    += -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong
endif
ifeq ($(MODE),asan)
CFLAGS    += -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS   += -fsanitize=address,undefined
endif
# To be killed where a test says; see infra/crashpoint.h.
ifeq ($(MODE),crash)
CFLAGS    += -O1
CPPFLAGS  += -DPINWALL_CRASHPOINTS
endif
# Below valgrind, where a process needs longer to become ready.
ifeq ($(MODE),slow)
CFLAGS    += -O1
CPPFLAGS  += -DSTART_S=120
endif
ifeq ($(MODE),fuzz)
CFLAGS    += -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS   += -fsanitize=address,undefined
endif

SRC       := $(sort $(wildcard fcgi-app/*.c fcgi-app/core/*.c fcgi-app/infra/*.c \
             fcgi-app/features/*/*.c))
OBJ       := $(SRC:%.c=$(B)/%.o)
QUERIES   := $(sort $(wildcard sql/queries/*/*.sql))
GEN       := $(B)/gen/queries.h $(B)/gen/queries.c
LIB       := $(B)/libpinwall.a

.PHONY: all clean
all: $(B)/pinwall $(B)/pinwall-image $(B)/words.table

# Each is linked with just the libraries that it uses.
MAINS     := $(B)/fcgi-app/main.o $(B)/fcgi-app/image_main.o

$(B)/pinwall: $(B)/fcgi-app/main.o $(LIB)
$(B)/pinwall-image: $(B)/fcgi-app/image_main.o $(LIB)
$(B)/pinwall $(B)/pinwall-image:
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS)

# The dictionary of Korean: the program and every test read it from here.
KO_DIC    ?= /usr/share/hunspell/ko.dic
TEXTTABLE := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard fcgi-app/tools/texttable*.c)))
$(B)/texttable: $(TEXTTABLE)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lutf8proc

$(B)/words.table: $(B)/texttable fcgi-app/infra/text_ko.txt $(KO_DIC)
	@echo "  TABLE $@"
	@$(B)/texttable fcgi-app/infra/text_ko.txt $(KO_DIC) > $@.new
	@mv $@.new $@

$(LIB): | $(B)/words.table
-include $(TEXTTABLE:.o=.d)

# Everything but main, so that tests link what the program links.
$(LIB): $(filter-out $(MAINS),$(OBJ)) $(B)/gen/queries.o $(B)/gen/migrations.o $(B)/gen/demo.o \
    $(B)/gen/restore.o $(B)/gen/schemes.o
	@rm -f $@
	@ar rcs $@ $^

$(GEN) &: $(QUERIES) fcgi-app/tools/sqlgen.awk
	@mkdir -p $(B)/gen
	@gawk -f fcgi-app/tools/sqlgen.awk -v dir=$(B)/gen $(QUERIES)

$(B)/gen/migrations.c: $(sort $(wildcard sql/migrations/*.sql)) fcgi-app/tools/embed.awk
	@mkdir -p $(B)/gen
	@gawk -v table=migrations -f fcgi-app/tools/embed.awk $(filter %.sql,$^) > $@

$(B)/gen/demo.c: $(sort $(wildcard sql/demo/*.sql)) fcgi-app/tools/embed.awk
	@mkdir -p $(B)/gen
	@gawk -v table=demo_scripts -f fcgi-app/tools/embed.awk $(filter %.sql,$^) > $@

$(B)/gen/restore.c: $(sort $(wildcard sql/restore/*.sql)) fcgi-app/tools/embed.awk
	@mkdir -p $(B)/gen
	@gawk -v table=restore_scripts -f fcgi-app/tools/embed.awk $(filter %.sql,$^) > $@

$(B)/gen/schemes.c: sql/schemes fcgi-app/tools/schemes.awk
	@mkdir -p $(B)/gen
	@gawk -f fcgi-app/tools/schemes.awk $< > $@

$(B)/gen/%.o: $(B)/gen/%.c $(B)/gen/queries.h
	@echo "  CC $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/%.o: %.c | $(GEN)
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJ:.o=.d)
# How the code is laid out: names, sizes, layers, calls.
.PHONY: check-arch
check-arch: all
	@/usr/bin/python3 fcgi-app/tools/archcheck.py $(B)

include nginx/web/rules.mk
-include tests/*/rules.mk
-include deploy/embedded/run.mk
include deploy/debian/rules.mk

clean:
	rm -rf build
