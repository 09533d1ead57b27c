# moerates: how many samples does a mixture-of-experts gate need?
#
#   make reproduce            install what is missing, build, run, compare, write the paper
#   make test                 every quick test
#   make help                 the list

# V=1 shows the commands.
Q := $(if $(V),,@)

PROFILE ?= quick
PREFIX  ?= /usr/local
BUILD   ?= build
JOBS    ?= $(shell nproc)
CC      ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif

# What running needs, and what tests and lint need besides (Debian 12 names; reasons in README.md).
DEPS := gcc libc6-dev pkg-config libgsl-dev libblis-serial-dev liblua5.4-dev lua-argparse \
        lua-cjson lua-filesystem libhwloc-dev libmd-dev gnuplot-nox pandoc \
        texlive-latex-base texlive-latex-recommended lmodern
DEPS_DEV := libcmocka-dev lua-busted lua-check clang clang-format clang-tidy cppcheck valgrind \
            librandom123-dev libmpfr-dev patch poppler-utils \
            gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
# What bench-peers compares with.
DEPS_PEERS := python3 python3-numpy python3-torch python3-numba python3-scipy r-base-core r-cran-flexmix

ARCH      := $(shell uname -m)
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
VERSION   := 0.1.0

# -ffp-contract=off: a sum is fused where the source says fma and nowhere else, so that every
# compiler and optimisation level gives the same bits.
WARN   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
          -Wno-psabi -Wno-unknown-warning-option
OPT    ?= -O3
NUMERIC := -ffp-contract=off -fno-math-errno -fno-trapping-math
CFLAGS ?=
ALL_CFLAGS := -std=gnu11 $(OPT) -g $(WARN) $(NUMERIC) $(SANITIZE) -pthread -MMD -MP \
          -isystem /usr/include/lua5.4 -isystem /usr/include/$(MULTIARCH)/blis-serial \
          -DMOE_VERSION='"$(VERSION)"' -DMOE_BUILD_FLAGS='"$(OPT) $(NUMERIC) $(SANITIZE)"' \
          -DMOE_LUA_CPATH='"/usr/lib/$(MULTIARCH)/lua/5.4/?.so"' $(CFLAGS)
# libblis.a by path and before -lgsl: every build of BLIS has one soname, and GSL's cblas would
# rebind to a shared one.
LIBS := /usr/lib/$(MULTIARCH)/blis-serial/libblis.a -lgsl -lgslcblas -llua5.4 -lhwloc -lmd -lm -pthread

# One source, one object per ISA level; which one runs is decided at run time (src/eval.c).
ISA_SOURCES := $(filter $(wildcard src/*.c),src/eval_tile.c src/sgd_kernel.c src/vmath.c src/rng_bulk.c \
               src/linalg_kernel.c src/bench_peak.c)
ifeq ($(ARCH),x86_64)
ISA_LEVELS := avx512 avx2 portable
else
ISA_LEVELS := portable
endif
ISA_avx512   := -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512
ISA_avx2     := -mavx2 -mfma
ISA_portable :=

SOURCES := $(filter-out $(ISA_SOURCES) src/main.c,$(wildcard src/*.c))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/obj/%.o) \
           $(foreach level,$(ISA_LEVELS),$(ISA_SOURCES:src/%.c=$(BUILD)/obj/%_$(level).o))
C_TESTS := $(patsubst tests/c/%.c,$(BUILD)/tests/%,$(wildcard tests/c/test_*.c))
# A published grid in full is for who asks for it.
EXPERIMENTS := $(filter-out %-grid.lua,$(wildcard benchmarks/convergence/*.lua benchmarks/likelihood/*.lua))
TIMINGS := $(wildcard benchmarks/timing/*.lua)
PEERS := $(wildcard benchmarks/peers/*.lua)
CERTIFICATES := $(wildcard benchmarks/certificates/*.lua)

.PHONY: help deps deps-dev build test test-c test-lua test-cli test-examples test-aarch64 lint sanitize \
        reproduce announce paper install clean distclean reference
.DELETE_ON_ERROR:

help:
	@echo 'make reproduce [PROFILE=quick|full]  install, build, run every experiment, compare, write the paper'
	@echo 'make test        every quick test'
	@echo 'make build       build/moerates'
	@echo 'make bench       time the kernels on this machine, into $(BUILD)/bench.json'
	@echo 'make bench-peers  the same, and NumPy, PyTorch, numba, SciPy and R beside it (installs them)'
	@echo 'make bench-reference  all of that, and the kernels at every ISA level, into $(MACHINES)/ (maintainers)'
	@echo 'make paper       tables, figures and the paper from the cells that are there'
	@echo 'make test-aarch64  the same bits on another processor, under qemu'
	@echo 'make lint        formatters and static checkers, warnings as errors'
	@echo 'make sanitize    the C tests under ASan, UBSan, TSan and valgrind'
	@echo 'make deps        install what running needs;  make deps-dev: what tests and lint need'
	@echo 'make install     into PREFIX=$(PREFIX)'
	@echo 'make reference   copy the results of PROFILE from build/ into results/ (maintainers)'
	@echo 'make clean       remove what was built; cells stay.  make distclean: cells too'

# Installs only what is missing, and only asks for what it may: root, or sudo without a password.
define install_packages
	@missing=; for p in $(1); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q '^install ok installed' || missing="$$missing $$p"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; \
	elif sudo -n true 2>/dev/null; then as_root=sudo; \
	else echo "Please run this line as root, then try again:"; \
	  echo "  apt-get update && apt-get install -y --no-install-recommends$$missing"; exit 1; fi; \
	echo "installing:$$missing"; \
	$$as_root apt-get update -qq && \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >$(2) 2>&1 || \
	  { echo "apt-get failed; its last lines:"; tail -n 5 $(2); exit 1; }
endef

deps:
	@mkdir -p $(BUILD)
	$(call install_packages,$(DEPS),$(BUILD)/deps.log)

deps-dev:
	@mkdir -p $(BUILD)
	$(call install_packages,$(DEPS_DEV),$(BUILD)/deps-dev.log)

build: $(BUILD)/moerates

$(BUILD)/moerates: $(BUILD)/obj/main.o $(BUILD)/libmoerates.a
	@echo 'link $@'
	$(Q)$(CC) $(SANITIZE) -Wl,-E -o $@ $^ $(LIBS)

$(BUILD)/libmoerates.a: $(OBJECTS)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(BUILD)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	@echo 'cc   $<'
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

define isa_rule
$(BUILD)/obj/%_$(1).o: src/%.c Makefile
	@mkdir -p $$(@D)
	@echo 'cc   $$< ($(1))'
	$(Q)$(CC) $(ALL_CFLAGS) $(ISA_$(1)) -DMOE_ISA=$(1) -c -o $$@ $$<
endef
$(foreach level,$(ISA_LEVELS),$(eval $(call isa_rule,$(level))))

$(BUILD)/tests/%: tests/c/%.c $(BUILD)/libmoerates.a
	@mkdir -p $(@D)
	@echo 'test $<'
	$(Q)$(CC) $(ALL_CFLAGS) -Isrc -o $@ $< $(BUILD)/libmoerates.a $(LIBS) -lcmocka -lmpfr -lgmp

-include $(wildcard $(BUILD)/obj/*.d $(BUILD)/tests/*.d)

# What this machine was tuned to is not what tests are about.
test-lua test-cli test-examples: export XDG_CACHE_HOME := $(CURDIR)/$(BUILD)/tests/cache

test: build test-c test-lua test-cli test-examples

test-c: $(C_TESTS)
	@JOBS=$(JOBS) tests/run-each C $(C_TESTS)

test-lua: build
	@JOBS=$(JOBS) RUNNER="$(BUILD)/moerates lua tests/run.lua" tests/run-each Lua tests/lua/*_spec.lua

test-cli: build
	@tests/run-cli $(BUILD)/moerates tests/cli

# What README.md says about adding things, carried out in a copy of the tree.
test-examples: build
	@tests/run-examples $(BUILD)

# The same bits on another processor. Statically, without GSL, Lua and BLIS: Debian's GSL for arm64
# would remove the one for amd64.
CROSS ?= aarch64-linux-gnu-gcc
CROSS_SOURCES := $(patsubst %,src/%.c,atoms binomial bins box data dd descend design eval eval_plain eval_tile expert family \
                   gate jet lbfgs linalg linalg_kernel model moe rng rng_bulk route search sgd sgd_kernel starts starts_gauss truth vmath vmath_choose) \
                 tests/bits/bits.c tests/bits/no_blis.c

$(BUILD)/bits/aarch64: $(CROSS_SOURCES) $(wildcard src/*.h) Makefile
	@mkdir -p $(@D)
	@command -v qemu-aarch64 >/dev/null && [ -f "$$($(CROSS) -print-file-name=libc.a 2>/dev/null)" ] || \
	  { echo 'test-aarch64 needs gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user: make deps-dev'; exit 1; }
	@echo 'cc   tests/bits (aarch64)'
	$(Q)$(CROSS) -std=gnu11 $(OPT) $(WARN) $(NUMERIC) -DMOE_ISA=portable -Isrc -static -o $@ $(CROSS_SOURCES) -lm

$(BUILD)/bits/here: tests/bits/bits.c $(BUILD)/libmoerates.a
	@mkdir -p $(@D)
	@echo 'cc   tests/bits'
	$(Q)$(CC) $(ALL_CFLAGS) -Isrc -o $@ $< $(BUILD)/libmoerates.a $(LIBS)

test-aarch64: $(BUILD)/bits/here $(BUILD)/bits/aarch64
	@tests/run-aarch64 $^

lint:
	@tests/lint

sanitize:
	@tests/sanitize

# Says what it is going to do before it does it.
announce:
	@tests/announce $(PROFILE) '$(DEPS)'

reproduce: announce deps
	@$(MAKE) --no-print-directory -j$(JOBS) build
	$(BUILD)/moerates run $(EXPERIMENTS) --profile $(PROFILE) --out $(BUILD) -j $(JOBS)
	@$(MAKE) --no-print-directory paper PROFILE=$(PROFILE)
	$(BUILD)/moerates reference $(EXPERIMENTS) --profile $(PROFILE) --out $(BUILD) --results results

.PHONY: bench bench-peers bench-reference
bench: build
	$(BUILD)/moerates bench $(TIMINGS) --json $(BUILD)/bench.json

bench-peers: build
	$(call install_packages,$(DEPS_PEERS),$(BUILD)/deps-peers.log)
	$(BUILD)/moerates bench $(TIMINGS) $(PEERS) --json $(BUILD)/bench.json

# Every ISA level that the CPU runs. Where vectors are to be had, portable code is too slow for
# curvatures of large d.
MACHINES ?= results/machines
PORTABLE_CASES := -s 'expert=relu,variant=tile,threads=1,rank=1,n<=4096,d<=8' \
  $(foreach level,objective gradient,-s 'expert=relu,variant=tile,threads=1,rank=1,n<=4096,d>8,level=$(level)')
bench-reference: build
	@mkdir -p $(MACHINES)
	$(call install_packages,$(DEPS_PEERS),$(BUILD)/deps-peers.log)
	$(BUILD)/moerates bench $(TIMINGS) $(PEERS) --json $(BUILD)/bench.json --reference $(MACHINES)
	@for isa in $$($(BUILD)/moerates info | sed -n 's/^isa_levels *[^ ]* *//p'); do \
	  case $$isa in portable) set -- $(PORTABLE_CASES);; *) set --;; esac; \
	  echo "MOERATES_ISA=$$isa"; \
	  MOERATES_ISA=$$isa $(BUILD)/moerates bench benchmarks/timing/kernels.lua "$$@" \
	    --reference $(MACHINES) || exit 1; \
	done

# What the paper is woven from; none needs another.
.PHONY: laws report claims
laws: build
	$(BUILD)/moerates laws --out $(BUILD)
report: build
	$(BUILD)/moerates report $(EXPERIMENTS) --profile $(PROFILE) --out $(BUILD)
claims: build
	$(BUILD)/moerates claims $(EXPERIMENTS) $(CERTIFICATES) --profile $(PROFILE) --out $(BUILD)

paper: build
	@rm -rf $(BUILD)/report/tables $(BUILD)/report/figures # of another profile, maybe
	@$(MAKE) --no-print-directory -j$(JOBS) laws report claims PROFILE=$(PROFILE)
	$(BUILD)/moerates weave paper/paper.md --profile $(PROFILE) --out $(BUILD) \
	  -o $(BUILD)/paper.md --html $(BUILD)/paper.html --pdf $(BUILD)/paper.pdf

reference: build
	$(BUILD)/moerates reference $(EXPERIMENTS) --profile $(PROFILE) --out $(BUILD) --results results --replace

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/moerates
	install -m 755 $(BUILD)/moerates $(DESTDIR)$(PREFIX)/bin/moerates
	cp -R lua benchmarks $(DESTDIR)$(PREFIX)/share/moerates/

clean:
	rm -rf $(BUILD)/obj $(BUILD)/tests $(BUILD)/bits $(BUILD)/moerates $(BUILD)/libmoerates.a $(BUILD)/asan \
	  $(BUILD)/tsan $(BUILD)/report $(BUILD)/paper.*

distclean:
	rm -rf $(BUILD)
