# slaops: build, test, install. `make` alone lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# PostgreSQL: a major version of Debian's, or any pg_config. Looked up each time it is
# used, since `deps` may have just installed it.
PG ?= 15
PG_CONFIG ?= $(shell ls /usr/lib/postgresql/$(PG)/bin/pg_config 2>/dev/null || command -v pg_config || echo /usr/lib/postgresql/$(PG)/bin/pg_config)
PGMAJOR = $(shell '$(PG_CONFIG)' --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')

# A full incident_event_log.csv or .csv.gz for `demo`; empty takes the slice in tests/data.
DATA ?=
# A full cases_2015.csv or .csv.gz of Boston's service requests for `demo`; empty takes the slice in tests/data.
CITY ?=

# For `dashboard` and `superset`: a database of your own by URL or service, the schema of its views, where to listen.
DATABASE_URL ?=
SCHEMA ?= support
HOST ?= 127.0.0.1
PORT ?= 8501

# For `mutants`, `fuzz` and `load`. bash counts its own SECONDS, so that the variable goes on under another name.
FOLDER ?=
SHARDS ?= 20
FUZZ_SECONDS = $(or $(SECONDS),60)

# For `test-majors`.
MAJORS ?=

TARGET := $(or $(CARGO_TARGET_DIR),target)
VERSION := $(shell sed -n '/^\[workspace\.package\]/,/^$$/s/^version *= *"\(.*\)"/\1/p' Cargo.toml)
SCRIPT := $(TARGET)/slaops--$(VERSION).sql
# `release`, or `quick` for trials: see Cargo.toml.
PROFILE ?= release
LIBRARY := $(TARGET)/$(PROFILE)/libslaops.so
CARGO_LOG := $(TARGET)/cargo-test.log
UPGRADES := $(wildcard sql/upgrade/slaops--*--*.sql)

export PATH := $(PATH):$(HOME)/.cargo/bin
export PG PG_CONFIG DATA CITY DESTDIR DATABASE_URL PGSERVICE SCHEMA
# pgrx asks this pg_config, so the build needs no `cargo pgrx init` and no ~/.pgrx.
# The library is built for what the script declares of it.
CARGO_PG = SLAOPS_INTERFACE="$$(sql/assemble.sh interface)" PGRX_PG_CONFIG_PATH='$(PG_CONFIG)' cargo

.PHONY: all check help deps build install copy package deb test-deb image test-image pgxn test-docker licenses reproducible release test test-majors test-glue test-dbt test-desks dashboard test-dashboard superset test-superset lint docs bench load demo mutants fuzz clean demo-data lint-deps pg-config always

help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS=$$'\t' read -r t d; do printf '  make %-9s %s\n' "$$t" "$$d"; done
	@echo
	@echo '  PG=15              major version of a PostgreSQL below /usr/lib/postgresql'
	@echo '  PG_CONFIG=PATH     any other PostgreSQL'
	@echo '  DATA=FILE          a full incident_event_log.csv[.gz] for the demo'
	@echo '  CITY=FILE          a full cases_2015.csv[.gz] for the demo'
	@echo '  DESTDIR=DIR        install below DIR'

demo: demo-data deps ## Install, load the incident log and a city's promises into a throwaway cluster, answer the questions
	@$(MAKE) --no-print-directory install
	@tests/harness/demo.sh

dashboard: ## Pages in the browser on 127.0.0.1:8501: of the sample team, or of DATABASE_URL and SCHEMA
	@HOST='$(HOST)' PORT='$(PORT)' dashboard/serve.sh

superset: PORT = 8088
superset: pg-config ## Apache Superset with dashboards on 127.0.0.1:8088: of the sample team, or of DATABASE_URL and SCHEMA
	@HOST='$(HOST)' PORT='$(PORT)' dashboard/superset/serve.sh

test: deps ## Run every test; the last line is "N passed, N failed"
	@mkdir -p '$(TARGET)'
	PROPTEST_RNG_SEED=20000101 cargo test -p slaops-core --no-fail-fast 2>&1 | tee '$(CARGO_LOG)' || CARGO_LOG='$(CARGO_LOG)' tests/harness/run.sh count
	@$(MAKE) --no-print-directory install
	@CARGO_LOG='$(CARGO_LOG)' tests/harness/run.sh

test-majors: ## Run the server's tests on PostgreSQL 15 to 18, fetched into target/; MAJORS=17: on one of them
	@tests/harness/majors.sh $(MAJORS)

test-glue: pg-config ## Run the tests of src/tests.rs inside a server, by pgrx-tests (their first build takes minutes)
	@CARGO_TARGET_DIR='$(abspath $(TARGET))' tests/harness/glue.sh

test-dbt: pg-config ## Build what mart_sql prints of every view as models of dbt (from PyPI), and examples/dbt
	@tests/harness/dbt.sh

test-desks: pg-config ## Fill real help desks (Debian's packages) and compare their figures, three seeds each, for an hour
	@tests/realdesks/request_tracker.sh
	@tests/realdesks/redmine.sh

test-dashboard: pg-config ## Open every page in a headless Chromium (Debian's) and hold it beside SQL
	@tests/dashboard/run.sh

test-superset: pg-config ## Import the bundle into fresh Supersets, open every dashboard in a headless Chromium, filter it
	@tests/dashboard/superset.sh

check: ## Format, clippy, tests of the library, style of changed SQL; T=NAME: the tests of that name
ifdef T
	@[ -e 'tests/regress/sql/$(T).sql' ] || [ -e 'tests/server/$(T).sh' ] || [ -e 'tests/views/$(T).sh' ] || \
		{ echo 'check: there is no test $(T)' >&2; exit 1; }
	@$(MAKE) --no-print-directory install PROFILE=quick
	@tests/harness/run.sh $(T)
else
	cargo fmt --all --check
	cargo clippy -p slaops-core --all-targets -- -D warnings
	PROPTEST_RNG_SEED=20000101 cargo test -p slaops-core
	@tests/harness/topics.sh
	@changed=$$(git diff --name-only --diff-filter=d HEAD -- 'sql/*.sql'); [ -z "$$changed" ] || tests/harness/sqlfluff.sh $$changed
endif

lint: lint-deps ## Check the format, clippy, topics and links, the style of SQL, the install script, shell scripts, Python
	@tests/harness/topics.sh
	@tests/harness/links.py
	cargo fmt --all --check
	cargo clippy -p slaops-core --all-targets -- -D warnings
	$(CARGO_PG) clippy --no-default-features --features pg$(PGMAJOR) -- -D warnings
	@tests/harness/sqlfluff.sh
	@$(MAKE) --no-print-directory $(SCRIPT)
	@tests/harness/pgspot.sh $(SCRIPT) $(UPGRADES)
	@tests/harness/shellcheck.sh
	@tests/harness/ruff.sh

mutants: ## Change the library place by place and see tests fail, for hours; FOLDER=sla: one folder of core/src
	@FOLDER='$(FOLDER)' SHARDS='$(SHARDS)' tests/harness/mutants.sh

fuzz: ## Random input for parsers and stored values; T=hours: one target, SECONDS=600: for so long each
	@SECONDS_EACH='$(FUZZ_SECONDS)' tests/harness/fuzz.sh $(T)

docs: $(TARGET)/docs-tools/bin/mdbook ## Build the book of docs/ into target/book and check its links
	@tests/harness/links.py
	'$(TARGET)/docs-tools/bin/mdbook' build -d '$(abspath $(TARGET))/book'
	@tests/harness/links.py '$(TARGET)/book'

bench: deps ## Run the benchmarks
	@$(MAKE) --no-print-directory install
	@bench/run.sh
	@bench/marts.sh
	@bench/views.sh
	@bench/pages.sh
	@bench/marts_duckdb.sh
	@bench/sidecar.sh
	@bench/transition.sh
	@bench/forecast.sh
	@bench/risk.sh

# What is published names no directory of the machine that built it.
package deb image: export RUSTFLAGS := $(RUSTFLAGS) --remap-path-prefix=$(abspath $(TARGET))=/target --remap-path-prefix=$(CURDIR)=/slaops --remap-path-prefix=$(or $(CARGO_HOME),$(HOME)/.cargo)=/cargo

# For PGXN's client.
all: build

load: deps ## Thirty readers of the dashboards' views, a refresh every minute and a writer for ten minutes; SECONDS=60: for so long
	@$(MAKE) --no-print-directory install
	@LOAD_SECONDS='$(or $(SECONDS),600)' bench/load.sh

build: pg-config $(SCRIPT) ## Build the library and the install script into target/
	$(CARGO_PG) build --profile $(PROFILE) --lib --no-default-features --features pg$(PGMAJOR)

package: build ## Install into target/package and tar it; the same bytes on each machine of one kind
	@tree='$(abspath $(TARGET))/package'; \
	name="slaops-$(VERSION)-pg$(PGMAJOR)-$$(uname -m)"; \
	rm -rf "$$tree"; mkdir -p "$$tree"; \
	$(MAKE) --no-print-directory copy DESTDIR="$$tree/$$name"; \
	tar -C "$$tree" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf - "$$name" | gzip -n -9 > "$$tree/$$name.tar.gz"; \
	rm -rf "$${tree:?}/$$name"; \
	echo "$$tree/$$name.tar.gz"

deb: build ## Build postgresql-NN-slaops, a package for Debian, in target/deb
	@SLAOPS='$(CURDIR)' VERSION='$(VERSION)' packaging/deb.sh

test-deb: ## Install that package into a fresh Debian (debootstrap), use it, remove it
	@packaging/test_deb.sh

image: build ## The tree of an extension image for CloudNativePG, in target/image, with its Dockerfile
	@VERSION='$(VERSION)' packaging/image.sh

test-image: ## Serve that tree to PostgreSQL 18 by extension_control_path alone
	@packaging/test_image.sh

pgxn: ## The zip for PGXN, of the last commit, in target/pgxn
	@VERSION='$(VERSION)' packaging/pgxn.sh

test-docker: ## Run the commands of the Dockerfile for a server, with buildah over a fresh Debian
	@packaging/test_docker.sh

licenses: ## Check the licences of all crates, write their list and the SBOM to target/licenses
	@VERSION='$(VERSION)' packaging/licenses.sh

reproducible: ## Build the package twice, in two places, and compare the bytes
	@packaging/reproducible.sh

release: ## All that a release publishes, with checksums, in target/release-VERSION
	@VERSION='$(VERSION)' packaging/release.sh

# Not `sudo make install`: cargo belongs to the user, only the copying may need root.
install: build ## Copy the library, the control file and the scripts to PostgreSQL's directories
	@$(MAKE) --no-print-directory copy

copy:
	@umask 022; lib="$$DESTDIR$$('$(PG_CONFIG)' --pkglibdir)"; ext="$$DESTDIR$$('$(PG_CONFIG)' --sharedir)/extension"; \
	grep -qE "^default_version *= *'($(subst .,\.,$(VERSION))|@CARGO_VERSION@)'" slaops.control || \
		{ echo "install: default_version in slaops.control is not Cargo.toml's $(VERSION)" >&2; exit 1; }; \
	sed 's/@CARGO_VERSION@/$(VERSION)/' slaops.control > '$(TARGET)/slaops.control'; \
	as=; \
	[ -z "$$DESTDIR" ] || mkdir -p "$$lib" "$$ext"; \
	if [ ! -w "$$lib" ] || [ ! -w "$$ext" ]; then as=sudo; fi; \
	$$as install -m 755 '$(LIBRARY)' "$$lib/slaops.so"; \
	$$as install -m 644 '$(TARGET)/slaops.control' '$(SCRIPT)' $(UPGRADES) "$$ext/"; \
	echo "installed slaops $(VERSION) in $$lib and $$ext"

clean: ## Delete target/
	rm -rf '$(TARGET)'

deps: ## Install what the build and the tests need and this machine lacks
	@$(if $(filter file,$(origin PG_CONFIG)),env -u PG_CONFIG) tests/harness/deps.sh

lint-deps:
	@$(if $(filter file,$(origin PG_CONFIG)),env -u PG_CONFIG) tests/harness/deps.sh lint

# Made anew each time: file dates do not show that a part was deleted.
$(SCRIPT): always
	@mkdir -p $(@D)
	@sql/assemble.sh > $@.tmp
	@mv $@.tmp $@

# Without its server and its watcher, which would be most of what is compiled.
$(TARGET)/docs-tools/bin/mdbook:
	cargo install --root '$(TARGET)/docs-tools' --version 0.5.4 --locked --no-default-features --features search mdbook

demo-data:      # before the build: a wrong name should not take minutes to show
	@for f in "$$DATA" "$$CITY"; do [ -z "$$f" ] || [ -r "$$f" ] || { echo "demo: cannot read the file $$f" >&2; exit 1; }; done

pg-config:
	@[ -x '$(PG_CONFIG)' ] || { echo "no pg_config at '$(PG_CONFIG)': run 'make deps' or set PG_CONFIG" >&2; exit 1; }
