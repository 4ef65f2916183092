# Fourways: one non-recursive make. Each folder's module.mk names its programs and what it may use.
#
#   make            build everything into out/<variant>/bin
#   SAN=1           AddressSanitizer and UndefinedBehaviorSanitizer   (out/san)
#   COV=1           coverage                                          (out/cov)
#   CC=clang        the other compiler                                (out/clang)
#   FUZZ=1          clang with libFuzzer and both sanitizers          (out/fuzz), see the target fuzz

SHELL := /bin/bash
.DEFAULT_GOAL := all
.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

CC := $(if $(FUZZ),clang,$(if $(filter default,$(origin CC)),gcc,$(CC)))
VARIANT := $(if $(FUZZ),fuzz,$(if $(SAN),san,$(if $(COV),cov,$(if $(findstring clang,$(CC)),clang,dev))))
O := out/$(VARIANT)

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
  -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wno-sign-conversion -Wno-string-conversion -Werror
comma := ,
OPT := -O2 -g
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
SANFLAGS += $(if $(FUZZ),-fsanitize=fuzzer-no-link$(comma)address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
COVFLAGS := $(if $(COV),--coverage -O0)
PKGS := libmariadb libxml-2.0 openssl libmicrohttpd jansson libidn2 libsodium
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
# libunistring (scripts of letters, dns/idna.c) comes without a pkg-config file; libunbound's (base/resolver.c) asks for
# those of libraries that only a static link would need
PKG_LIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lunistring -lunbound
HARDEN := -fstack-protector-strong -fPIE $(if $(SAN)$(COV)$(FUZZ),,-D_FORTIFY_SOURCE=2)
CFLAGS_ALL := -std=c11 -D_GNU_SOURCE -I. -include base/banned.h $(WARN) $(OPT) $(HARDEN) $(SANFLAGS) $(COVFLAGS) $(CFLAGS)
# Programs that set NAME_lto are optimized as a whole when they are linked (the name server's path runs through a dozen
# files); the same objects serve every other program as they are.
LTO := $(if $(filter gcc%,$(CC)),$(if $(SAN)$(COV)$(FUZZ),,-flto=auto -ffat-lto-objects))
NO_LTO := $(if $(LTO),-fno-lto)
LDFLAGS_ALL := -pie -Wl,--as-needed -Wl,-z,relro,-z,now $(SANFLAGS) $(COVFLAGS) $(LDFLAGS)
ifneq ($(filter-out help clean packages run start stop test floors doors,$(or $(MAKECMDGOALS),all)),)
PKG_CFLAGS := $(PKG_CFLAGS)
PKG_LIBS := $(PKG_LIBS)
endif

# ---- modules -------------------------------------------------------------------------------------
MODULES :=
PROGRAMS :=
include $(wildcard */module.mk)

# $(call closure,m): m and all it uses, top first (link order)
closure = $(if $(1),$(1) $(call closure,$(sort $(foreach m,$(1),$($(m)_uses)))))
uniq_last = $(if $(1),$(call uniq_last,$(filter-out $(lastword $(1)),$(1))) $(lastword $(1)))
libs_of = $(foreach m,$(call uniq_last,$(call closure,$(1))),$(O)/lib/lib$(m).a)

define module_rules
$(1)_src := $$(filter-out $(1)/main_%.c,$$(wildcard $(1)/*.c))
$(1)_obj := $$($(1)_src:%.c=$(O)/obj/%.o)
$(O)/lib/lib$(1).a: $$($(1)_obj)
	@mkdir -p $$(@D); rm -f $$@; ar rcs $$@ $$^
lib-$(1): $(O)/lib/lib$(1).a
.PHONY: lib-$(1)
OBJS += $$($(1)_obj)
endef
$(foreach m,$(MODULES),$(eval $(call module_rules,$(m))))

# A program fourways-x is FOLDER/main_x.c (fourways itself main_fourways.c) over the folder's archives.
define program_rules
$(O)/bin/$(1): $(O)/obj/$($(1)_main:.c=.o) $(call libs_of,$(firstword $(subst /, ,$($(1)_main))))
	@mkdir -p $$(@D)
	$(if $(V),,@echo "LD $$@";) $(CC) $(if $($(1)_lto),$(OPT) $(LTO),$(NO_LTO)) $(LDFLAGS_ALL) -o $$@ $$^ $$(PKG_LIBS) -lm -lpthread
OBJS += $(O)/obj/$($(1)_main:.c=.o)
$(if $($(1)_lto),$(O)/obj/$($(1)_main:.c=.o) $(foreach m,$(call closure,$(firstword $(subst /, ,$($(1)_main)))),$($(m)_obj)): CFLAGS_LTO = $(LTO))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_rules,$(p))))

$(O)/flags: FORCE
	@mkdir -p $(@D); echo '$(CC) $(CFLAGS_ALL) $(LTO) $(LDFLAGS_ALL)' | cmp -s - $@ || echo '$(CC) $(CFLAGS_ALL) $(LTO) $(LDFLAGS_ALL)' > $@
$(O)/obj/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "CC $<";) $(CC) $(CFLAGS_ALL) $(CFLAGS_LTO) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<
FORCE:
.PHONY: FORCE

# for the targets that a person types without -j
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

# ---- unit tests: tests/FOLDER/test_x.c, a program each, over Check -----------------------------------
UNIT_SRC := $(foreach m,$(MODULES),$(wildcard tests/$(m)/test_*.c))
UNIT_BIN := $(UNIT_SRC:tests/%.c=$(O)/tests/%)
SUPPORT_OBJ := $(patsubst %.c,$(O)/obj/%.o,$(wildcard tests/support/*.c))
CHECK_LIBS = $(shell pkg-config --libs check)
# tests/FOLDER/x.c that is no test_x.c: linked with the tests of FOLDER and of the folders above it
kit_src = $(filter-out tests/$(1)/test_%.c,$(wildcard tests/$(1)/*.c))
kit_of = $(patsubst %.c,$(O)/obj/%.o,$(foreach m,$(call uniq_last,$(call closure,$(1))),$(call kit_src,$(m))))
# in tests of registry/ every document that epp/ writes passes tests/frames/keep_frames.c, which can keep it
FRAMES_OBJ = $(O)/obj/tests/frames/keep_frames.o
frames_of = $(if $(filter registry/%,$(1)),$(FRAMES_OBJ))
frames_wrap = $(if $(filter registry/%,$(1)),$(foreach f,command response greeting,-Wl$(comma)--wrap=epp_$(f)_encode))
define unit_rules
$(O)/tests/$(1): $(O)/obj/tests/$(1).o $(SUPPORT_OBJ) $(call frames_of,$(1)) $(call kit_of,$(patsubst %/,%,$(dir $(1)))) $(call libs_of,$(patsubst %/,%,$(dir $(1))))
	@mkdir -p $$(@D)
	$(if $(V),,@echo "LD $$@";) $(CC) $(NO_LTO) $(LDFLAGS_ALL) $(call frames_wrap,$(1)) -o $$@ $$^ $$(PKG_LIBS) $$(CHECK_LIBS) -lm -lpthread
OBJS += $(O)/obj/tests/$(1).o
endef
$(foreach t,$(UNIT_SRC:tests/%.c=%),$(eval $(call unit_rules,$(t))))
OBJS += $(SUPPORT_OBJ) $(FRAMES_OBJ) $(foreach m,$(MODULES),$(patsubst %.c,$(O)/obj/%.o,$(call kit_src,$(m))))

# tests/whole: linked with every object of every folder (what registers itself is then all there)
WHOLE_SRC := $(wildcard tests/whole/test_*.c)
WHOLE_BIN := $(WHOLE_SRC:tests/%.c=$(O)/tests/%)
$(WHOLE_BIN): $(O)/tests/%: $(O)/obj/tests/%.o $(SUPPORT_OBJ) $(MODULES:%=$(O)/lib/lib%.a)
	@mkdir -p $(@D)
	$(if $(V),,@echo "LD $@";) $(CC) $(NO_LTO) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--whole-archive $(filter %.a,$^) \
	  -Wl,--no-whole-archive $(PKG_LIBS) $(CHECK_LIBS) -lm -lpthread
OBJS += $(WHOLE_SRC:%.c=$(O)/obj/%.o)

# ---- benchmarks: tests/bench/x/main_y.c is the program x-y; the other files of x go into each of them
BENCH_MAIN := $(wildcard tests/bench/*/main_*.c)
bench_name = $(notdir $(patsubst %/,%,$(dir $(1))))-$(patsubst main_%.c,%,$(notdir $(1)))
bench_folder = $(if $(filter %/epp/,$(dir $(1))),registry,nameserver)
BENCH_BIN := $(foreach b,$(BENCH_MAIN),$(O)/bench/$(call bench_name,$(b)))
define bench_rules
$(O)/bench/$(call bench_name,$(1)): $(patsubst %.c,$(O)/obj/%.o,$(1) $(filter-out $(dir $(1))main_%,$(wildcard $(dir $(1))*.c))) $(call libs_of,$(bench_folder))
	@mkdir -p $$(@D)
	$(if $(V),,@echo "LD $$@";) $(CC) $(NO_LTO) $(LDFLAGS_ALL) -o $$@ $$^ $$(PKG_LIBS) -lm -lpthread
OBJS += $(patsubst %.c,$(O)/obj/%.o,$(wildcard $(dir $(1))*.c))
endef
$(foreach b,$(BENCH_MAIN),$(eval $(call bench_rules,$(b))))

# tests/differential: two programs that tests/flow/differential.py runs
DIFF_BIN := $(O)/tests/differential/differential $(O)/tests/differential/snapshot
DIFF_SRC := $(wildcard tests/differential/*.c)
$(O)/tests/differential/differential: $(patsubst %.c,$(O)/obj/%.o,$(filter-out %/main_snapshot.c,$(DIFF_SRC))) $(O)/lib/libbase.a
$(O)/tests/differential/snapshot: $(O)/obj/tests/differential/main_snapshot.o $(call libs_of,nameserver)
$(DIFF_BIN):
	@mkdir -p $(@D)
	$(if $(V),,@echo "LD $@";) $(CC) $(NO_LTO) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS) -lm -lpthread
OBJS += $(DIFF_SRC:%.c=$(O)/obj/%.o)

# ---- fuzz targets: tests/fuzz/fuzz_FOLDER_x.c, linked with FOLDER and what it uses (ns: nameserver) ---------------
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
fuzz_folder = $(patsubst ns,nameserver,$(word 2,$(subst _, ,$(notdir $(1)))))
define fuzz_rules
$(O)/fuzz/$(1): $(O)/obj/tests/fuzz/$(1).o $(call libs_of,$(call fuzz_folder,$(1)))
	@mkdir -p $$(@D)
	$(if $(V),,@echo "LD $$@";) $(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $$@ $$^ $$(PKG_LIBS) -lm -lpthread
OBJS += $(O)/obj/tests/fuzz/$(1).o
endef
$(foreach t,$(FUZZ_SRC:tests/fuzz/%.c=%),$(eval $(call fuzz_rules,$(t))))

# ---- targets -------------------------------------------------------------------------------------
all: $(PROGRAMS:%=$(O)/bin/%) ## build all programs
tests-build: $(UNIT_BIN) $(WHOLE_BIN) $(DIFF_BIN) ## build the unit tests
unit: all tests-build ## unit tests only (T=folder/test_name runs one)
	@tests/run unit $(O) $(T)
packages: ## install the Debian packages that building and running need
	@ops/packages run
run: packages ## install, build, start everything in the foreground; Ctrl-C stops it
	@$(MAKE) --no-print-directory $(JOBS) all && exec ops/fourways-local run --out $(O) --var '$(or $(VAR),var)' --port-base '$(or $(PORT_BASE),8050)' $(addprefix --resolver=,$(RESOLVER))
start: packages ## the same in the background (run, start: VAR=DIR PORT_BASE=N makes another copy; RESOLVER=ADDR:PORT)
	@$(MAKE) --no-print-directory $(JOBS) all && ops/fourways-local start --out $(O) --var '$(or $(VAR),var)' --port-base '$(or $(PORT_BASE),8050)' $(addprefix --resolver=,$(RESOLVER))
restart-dns: all ## new processes for the name servers of a running copy, one by one, without losing a query (VAR=DIR)
	@ops/fourways-local restart-dns --out $(O) --var '$(or $(VAR),var)'
stop: ## stop what make run or make start started there (VAR=DIR)
	@ops/fourways-local stop --var '$(or $(VAR),var)'
test: ## every test; ends with "N passed, N failed" (SAN=1 for the sanitizer build)
	@ops/packages run test
	@$(MAKE) --no-print-directory $(JOBS) all tests-build && tests/run all $(O)
bench-build: $(BENCH_BIN) ## build what bench-dns and bench-epp run
bench-dns: ## the name server beside Knot and NSD: writes the table of docs/bench-dns.md (ZONES=, ROUNDS=)
	@ops/packages run bench
	@$(MAKE) --no-print-directory $(JOBS) all bench-build && tests/bench/dns/bench.py $(O) $(if $(ZONES),--zones $(ZONES)) $(if $(ROUNDS),--rounds $(ROUNDS))
bench-batch: ## a file of many rows through the sandbox in one run, killed on the way (ROWS=100000, KILL=3, OP=register)
	@$(MAKE) --no-print-directory $(JOBS) all && tests/bench/batch/many.py $(O) --where --rows $(or $(ROWS),1000) --kill $(or $(KILL),0) --op $(or $(OP),register)
bench-epp: ## the EPP client beside a bare loop, its journal, the sandbox: writes docs/bench-epp.md (ROUNDS=)
	@ops/packages run
	@$(MAKE) --no-print-directory $(JOBS) all bench-build && tests/bench/epp/bench.py $(O) $(if $(ROUNDS),--rounds $(ROUNDS))
fuzz: ## libFuzzer on one target for a while: T=dns_message SECONDS=180 (KEEP=1: what is new goes into its seeds)
	@ops/packages run fuzz
	@$(MAKE) --no-print-directory $(JOBS) FUZZ=1 out/fuzz/fuzz/fuzz_$(T) && tests/fuzz/run $(T) $(or $(SECONDS),60) $(KEEP)
floors: ## no folder includes one it must not
	@ops/floors
doors: ## each library is included in one file only
	@ops/doors
format: ## rewrite the sources with clang-format
	@git ls-files '*.c' '*.h' | xargs clang-format -i
format-check: ## fail where clang-format would change something
	@git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror
tidy: ## clang-tidy over the programs (T=folder/file.c for one); to think about, not a gate
	@printf '%s\n' $(or $(T),$(foreach m,$(MODULES),$(wildcard $(m)/*.c))) | \
	  xargs -P$$(nproc) -I{} sh -c 'clang-tidy --quiet {} -- -std=c11 -D_GNU_SOURCE -I. -include base/banned.h $(PKG_CFLAGS) 2>/dev/null'
docs: all ## write docs/ anew from what the programs and profiles say
	@ops/configuration $(O) > docs/configuration.md.new && mv docs/configuration.md.new docs/configuration.md
	@$(O)/bin/fourways --man > docs/fourways.1.new && mv docs/fourways.1.new docs/fourways.1
	@$(O)/bin/fourways --completion > docs/fourways.bash.new && mv docs/fourways.bash.new docs/fourways.bash
	@ops/registry-profiles > docs/registry-profiles.md.new && mv docs/registry-profiles.md.new docs/registry-profiles.md
clean: ## remove what was built (var/ stays)
	rm -rf out
help: ## this list
	@echo 'make TARGET [SAN=1 | COV=1 | CC=clang] [V=1]'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 16
	@echo
	@echo 'SAN=1 builds with AddressSanitizer and UndefinedBehaviorSanitizer into out/san, COV=1 for coverage into'
	@echo 'out/cov, CC=clang with the other compiler into out/clang; without them the build is in out/dev. V=1 shows'
	@echo 'the commands. README.md says what Fourways is, CONTRIBUTING.md how it is worked on.'
.PHONY: all tests-build unit packages run start restart-dns stop test bench-build bench-batch bench-dns bench-epp fuzz floors doors format format-check tidy docs clean help

-include $(OBJS:.o=.d)
