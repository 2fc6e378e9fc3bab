# rs-tools: everything is found by its place, so a new tool or model needs no
# line here.  Built things live in build/ (build/san with SAN=1).

CC      = gcc
PREFIX  = /usr/local
VERSION = 0.1.0
O       = build$(if $(SAN),/san)

ARCH := $(shell uname -m)
# Found where it is, done without where it is not: a faster inflate.
ISAL := $(shell pkg-config --exists libisal 2>/dev/null && echo libisal)

WARN  = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
        -Wmissing-prototypes -Werror
HARD  = -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2
FLOAT = -ffp-contract=off -fno-math-errno
ifdef SAN
OPT   = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
        -fno-omit-frame-pointer
HARD  = -fPIE
else
OPT   = -O3 -g
endif
CPPFLAGS = -D_GNU_SOURCE -DRS_VERSION='"$(VERSION)"' -Ilib \
           $(if $(ISAL),-DRS_ISAL)
# The same bytes wherever the source lies.
PLACE    = -ffile-prefix-map=$(CURDIR)=.
CFLAGS   = -std=c11 $(OPT) $(WARN) $(HARD) $(FLOAT) $(PLACE) -pthread -MMD -MP
LDFLAGS  = $(OPT) -pie -pthread -Wl,-z,relro,-z,now
LDLIBS   = -lcsv -lz -lxxhash -ljansson $(if $(ISAL),-lisal) -lm

# Each file in lib/kernel/isa is compiled once a CPU path; lib/kernel/cpu.c
# chooses one at start-up.
ifeq ($(ARCH),x86_64)
ISAS = base avx2 avx512
else
ISAS = base
endif
ISA_avx2   = -mavx2 -mfma
ISA_avx512 = -mavx512f -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma \
             -mprefer-vector-width=512

LIB_C = $(wildcard lib/*/*.c)
ISA_C = $(wildcard lib/kernel/isa/*.c)
CMD_C = $(wildcard cmd/*.c)
UNIT_C = $(wildcard tests/unit/*.c)
BENCH_C = $(wildcard tests/bench/*.c)
FUZZ_C = $(filter-out tests/fuzz/_%,$(wildcard tests/fuzz/*.c))
LIB_O = $(LIB_C:%.c=$O/obj/%.o) \
        $(foreach i,$(ISAS),$(ISA_C:%.c=$O/obj/%.$i.o))
TOOLS = $(CMD_C:cmd/%.c=$O/bin/%)
UNITS = $(UNIT_C:tests/unit/%.c=$O/unit/%)
BENCHES = $(BENCH_C:tests/bench/%.c=$O/bench/%)
REPLAYS = $(FUZZ_C:tests/fuzz/%.c=$O/replay/%)
MANS  = $(wildcard man/*.[1-9])

all: $(TOOLS)

$O/librs.a: $(LIB_O)
	@rm -f $@; ar rcs $@ $^

LINK = @mkdir -p $(@D) && echo 'ld $@' && \
    $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$O/bin/%: $O/obj/cmd/%.o $O/librs.a
	$(LINK)

$O/unit/%: $O/obj/tests/unit/%.o $O/librs.a
	$(LINK)

$O/bench/%: $O/obj/tests/bench/%.o $O/librs.a
	$(LINK)

# A fuzz target that needs no fuzzer.
$O/replay/%: $O/obj/tests/fuzz/%.o $O/obj/tests/fuzz/_replay.o $O/librs.a
	$(LINK)

# The compile command is kept in a file, so a change of flags rebuilds.
FLAGS = $(CC) $(CPPFLAGS) $(CFLAGS)
$O/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(FLAGS))' | cmp -s - $@ || \
	    echo '$(subst ','\'',$(FLAGS))' > $@

$O/obj/%.o: %.c $O/flags
	@mkdir -p $(@D)
	@echo 'cc $<'; $(FLAGS) -c -o $@ $<

define isa_rule
$O/obj/%.$1.o: %.c $O/flags
	@mkdir -p $$(@D)
	@echo 'cc $$< ($1)'; $$(FLAGS) $$(ISA_$1) -DRS_ISA=$1 -c -o $$@ $$<
endef
$(foreach i,$(ISAS),$(eval $(call isa_rule,$i)))

units: $(UNITS)

benches: $(BENCHES)

replays: $(REPLAYS)

check: deps
	@$(MAKE) --no-print-directory all units replays SAN=$(SAN)
	@RS_BUILD=$(CURDIR)/$O RS_SAN='$(SAN)' CC='$(CC)' tests/run $(T)

demo: deps
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory -C pipelines/quickstart

bench: deps
	@$(MAKE) --no-print-directory all benches
	@tests/bench/run $(B)

fuzz: deps
	@tests/fuzz/run $(T)

lint:
	@tests/lint

deps:
	@tests/deps

install: all
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(TOOLS) $(DESTDIR)$(PREFIX)/bin
	for m in $(MANS); do \
	    d=$(DESTDIR)$(PREFIX)/share/man/man$${m##*.}; \
	    install -d $$d && install -m 644 $$m $$d || exit 1; \
	done

uninstall:
	for t in $(notdir $(TOOLS)); do rm -f $(DESTDIR)$(PREFIX)/bin/$$t; done
	for m in $(notdir $(MANS)); do \
	    rm -f $(DESTDIR)$(PREFIX)/share/man/man$${m##*.}/$$m; done

dist:
	@mkdir -p build
	git archive --prefix=rs-tools-$(VERSION)/ HEAD | \
	    gzip -n > build/rs-tools-$(VERSION).tar.gz

clean:
	rm -rf build

.PHONY: all units benches replays check demo bench fuzz lint deps install uninstall \
        dist clean FORCE
.SECONDARY:
-include $(shell find $O/obj -name '*.d' 2>/dev/null)
