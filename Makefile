# Every target sets up what it needs. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
PORT ?= 8000
SUBJECTS ?= 3000
WORKERS ?= 2

.PHONY: help setup demo test check bench docs lock messages clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(VENV)/run.stamp: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed"'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

$(VENV)/system.stamp: scripts/system-packages
	scripts/system-packages
	touch $@

setup: $(VENV)/run.stamp ## install the platform into .venv

demo: $(VENV)/run.stamp ## build a synthetic province and serve it
	-@scripts/system-packages fonts
	XINYUN_HOME=$${XINYUN_HOME:-var/demo} $(BIN)/xinyun demo --subjects $(SUBJECTS) --port $(PORT) $(if $(NO_SERVE),--no-serve)

test: $(VENV)/dev.stamp $(VENV)/system.stamp tests/node_modules/.stamp ## every test, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests
	XINYUN_TEST_STORE=postgresql $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not one_store" tests

tests/node_modules/.stamp: tests/package-lock.json
	cd tests && npm ci --no-audit --no-fund --silent
	touch $@

check: $(VENV)/dev.stamp ## format, types, imports, rulebook and house rules, in under a minute
	$(BIN)/ruff format --check src tests
	$(BIN)/ruff check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/xinyun law check
	$(BIN)/python -m pytest -q tests/house

bench: $(VENV)/dev.stamp ## race the peers and write docs/performance.md
	$(BIN)/python -m tests.bench

docs: $(VENV)/dev.stamp ## write the generated pages: docs/interfaces.md
	$(BIN)/python -m xinyun.site.reference > docs/interfaces.md

messages: $(VENV)/dev.stamp ## extract and compile the English catalogue
	$(BIN)/pybabel compile -D django -d src/xinyun/locale

lock: ## resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -o requirements.lock pyproject.toml requirements.in
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --all-extras -c requirements.lock -o requirements-dev.lock pyproject.toml requirements.in

clean: ## remove the environment and the demo
	rm -rf $(VENV) var tests/node_modules
