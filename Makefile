# Everything a person does with a checkout. Needs Python 3.11 or newer, GNU make and a package registry; nothing else.
#   make demo                      a week in the life of a pretend company
#   make demo OKRS=my-okrs.md      the same with your own objectives
#   make demo DEMO_LANGUAGE=zh     the same in Chinese
#   make play                      be everyone in that company, in your browser (OKRS=my-okrs.md, FRESH=1, PORT=8081)
#   make test WORKERS=0            one test after the other, in one process
#   make test PYTHON=python3.12    another Python (say 'make clean' first if .venv is there already)

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BROWSER := $(VENV)/.browser
WORKERS ?= auto

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo play test browser published lint lint-format lint-code lint-types lint-imports lint-schema lint-lock lint-tree format bench bench-full chaos lock clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

demo: $(READY) ## Watch a week of rituals in the terminal (OKRS=file for your own, DEMO_LANGUAGE=zh for Chinese)
	@$(BIN)/python app.py demo $${OKRS:+"$$OKRS"} $${DEMO_LANGUAGE:+--language "$$DEMO_LANGUAGE"}

play: $(READY) ## Be everyone in a company, in your browser (OKRS=file for your own, FRESH=1 to begin anew, PORT=8081)
	@$(BIN)/python app.py play $${OKRS:+"$$OKRS"} $${FRESH:+--fresh} $${PORT:+--port "$$PORT"}

test: $(READY) ## Run every test (TESTS=folder or file for some of them)
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(TESTS)

browser: $(BROWSER) ## Install what the tests in a real browser need (INSTALL=1 installs Chromium, too)
	@$(BIN)/python -m tools.browser $${INSTALL:+--install}

# What 'make test' compares with and is not ours to keep: without it those tests are skipped. Needs npm.
published: $(READY)
	@$(BIN)/python -m tools.published app-manifest

lint: lint-format lint-code lint-types lint-imports lint-schema lint-lock lint-tree ## Check everything that is not a test ('make -k lint' goes on after a failure)

lint-format: $(READY)
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check . ; echo "Say 'make format'." ; exit 1 ; }

lint-code: $(READY)
	@$(BIN)/ruff check --quiet .

lint-types: $(READY)
	@$(BIN)/mypy --no-error-summary

lint-imports: $(READY)
	@out=$$($(BIN)/lint-imports --no-logo 2>&1) || { printf '%s\n' "$$out" ; exit 1 ; }

# The models against the migrations: a new database is brought to the newest schema, then compared.
lint-schema: $(READY)
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && export DATABASE_URL="sqlite:///$$dir/schema.db" && \
	for step in 'upgrade head' check ; do out=$$($(BIN)/alembic $$step 2>&1) || { printf '%s\n' "$$out" ; exit 1 ; } ; done

lint-lock: $(READY)
	@$(BIN)/python -m tools.lint_lock

lint-tree: $(READY)
	@$(BIN)/python -m tools.lint_tree

format: $(READY) ## Lay out the code as 'make lint' wants it
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix --exit-zero .

bench: $(READY) ## Measure speed against the bare work, on SQLite and PostgreSQL (some minutes; JSON=file keeps the table)
	@$(BIN)/python -m tests.bench $${JSON:+--json "$$JSON"}

bench-full: $(READY) ## The same with 100,000 check-ins, 20,000 messages and 156 weeks (an hour or two, 10 GB; JSON=file)
	@$(BIN)/python -m tests.bench --full $${JSON:+--json "$$JSON"}

chaos: $(READY) ## Kill and freeze processes N times on each database, then balance the books (SEED=1 for the same again)
	@$(BIN)/python -m tests.crash --kills $${N:-100} $${SEED:+--seed "$$SEED"}

lock: $(READY) ## Renew the locks after a change in pyproject.toml (UPGRADE=1 takes the newest versions)
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --quiet $${UPGRADE:+--upgrade} --output-file requirements.lock > /dev/null
	@$(BIN)/python -m tools.extra browser | $(BIN)/uv pip compile - --constraint requirements.lock --universal \
		--python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet \
		$${UPGRADE:+--upgrade} --output-file requirements-browser.lock > /dev/null
	@$(BIN)/python -m tools.lint_lock

clean: ## Take away .venv and the tools' caches; your data stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .published
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment is made once, and filled again only when the lock has changed.
$(READY): requirements.lock
	@if ! $(BIN)/python -m pip --version > /dev/null 2>&1 ; then \
		command -v $(PYTHON) > /dev/null || \
			{ echo "There is no $(PYTHON) here; install Python 3.11 or newer, or name one: make PYTHON=python3.12" ; exit 1 ; } ; \
		$(PYTHON) -c 'import sys ; sys.exit(sys.version_info < (3, 11))' || \
			{ echo "Okra needs Python 3.11 or newer and $(PYTHON) is $$($(PYTHON) -V 2>&1); name a newer one: make PYTHON=python3.12" ; exit 1 ; } ; \
		echo "Setting up $(VENV) (once, about a minute) ..." ; \
		$(PYTHON) -m venv --clear $(VENV) || \
			{ echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu install python3-venv." ; exit 1 ; } ; \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

$(BROWSER): requirements-browser.lock $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-browser.lock
	@touch $@
