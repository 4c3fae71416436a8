# Two commands do everything: `make run` and `make test`.  They need Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
PARALLEL := --numprocesses auto --dist worksteal
# Without compiled files every start of the program would compile it anew.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run demo test fast constraints clean

run: .venv/runtime
	$(BIN)/syndicator run

demo: .venv/runtime
	@$(BIN)/python examples/demo/run.py

test: .venv/tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m pytest $(PARALLEL) tests/core
	$(BIN)/python -m pytest $(PARALLEL) tests/edge tests/journeys

# What a commit must pass: the core only, in well under a minute.
fast: .venv/tests
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/lint-imports && $(BIN)/mypy
	$(BIN)/python -m pytest -q tests/core

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "syndicator needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv

# Every package is pinned by version and hash, and pip checks both.
.venv/runtime: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --require-hashes -r constraints.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/tests: .venv/runtime constraints-dev.txt
	$(PIP) --require-hashes -r constraints-dev.txt
	@touch $@

# Renews both lists; needs uv.
COMPILE := uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
  --no-header --no-annotate --no-emit-index-url
constraints:
	$(COMPILE) pyproject.toml --extra postgres --group build -o constraints.txt
	$(COMPILE) pyproject.toml --extra postgres --group build --group dev -o constraints-dev.txt

clean:
	rm -rf .venv var dist
