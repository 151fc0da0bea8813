# Two commands on a fresh machine with Python 3.11+: `make demo` and `make test`.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# Tests start the product hundreds of times: where the shell asks Python to keep no bytecode, each
# of them would compile all of it anew.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: deploy-check demo test test-slow lint check bench staff-page drafts reliability soak clean

demo: .venv/installed
	@$(BIN)/reviewbot demo $(ARGS)

# Tests wait for processes they started; two more of them than cores keep the cores at work.
WORKERS ?= $(shell $(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 2)')

test: .venv/installed-dev
	$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),-n $(WORKERS) --dist worksteal -m "not slow")

# What takes long: the same on PostgreSQL, simulated weeks, kills and signals of every kind.
test-slow: .venv/installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m slow

lint: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test test-slow

bench: .venv/installed-bench
	$(BIN)/python -m benchmarks $(ARGS) $(if $(DATASETS),--datasets $(DATASETS)) $(if $(KEEP),--keep)

staff-page: .venv/installed-dev
	$(BIN)/python -m tests.words.staff_page build/staff.pdf

drafts: .venv/installed-dev
	@$(BIN)/python -m benchmarks.drafts $(ARGS)

reliability: .venv/installed-dev
	$(BIN)/python -m reliability $(if $(SEEDS),--seeds $(SEEDS)) $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "reviewbot needs Python 3.11 or newer on the PATH (or: make PYTHON=/path/to/python3)"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[charts]'
	@touch $@

.venv/installed-dev: .venv/installed
	$(PIP) --editable '.[dev]'
	@touch $@

.venv/installed-bench: .venv/installed-dev
	$(PIP) --editable '.[dev,bench]'
	@touch $@

deploy-check: .venv/installed-dev
	PYTHON=$(BIN)/python sh deploy/check.sh

soak: .venv/installed-dev
	$(BIN)/python -m reliability.soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(KEEP),--keep)

clean:
	rm -rf .venv build dist *.egg-info
