# Every target makes the virtual environment it needs; `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help build check format lint contracts types test engine fresh golden fmt clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

build: $(READY) ## write the example fleet's rules, routing and dashboards
	$(BIN)/slogen build

check: format lint contracts types test fresh ## everything a change must pass

format: $(READY) ## formatting is as ruff would do it
	$(BIN)/ruff format --check --quiet .

lint: $(READY) ## ruff's rules
	$(BIN)/ruff check --quiet .

contracts: $(READY) ## rooms import only what they may
	$(BIN)/lint-imports --no-logo

types: $(READY) ## mypy, strict
	$(BIN)/mypy

test: $(READY) ## tests that need no server
	$(BIN)/pytest -q -n auto -m "not engine"

engine: $(READY) ## tests against real servers, which it unpacks beside the system
	.ci/engines
	SLOGEN_REQUIRE_ENGINES=1 $(BIN)/pytest -q -n 2 --dist loadfile -m engine

fresh: $(READY) ## committed output is what the specs say
	$(BIN)/slogen build --check

golden: $(READY) ## rewrite the expected files of golden tests; review the diff
	SLOGEN_GOLDEN=rewrite $(BIN)/pytest -q -n auto -m "not engine"

fmt: $(READY) ## format and mend what ruff can
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --fix --quiet .

clean: ## remove what can be made again, but neither output nor engines
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
