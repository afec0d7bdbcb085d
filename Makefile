# The table of contents of this project: `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SECONDS ?= 600
RUNS ?= 300
SEED ?= $(shell date +%s)

.PHONY: help setup demo test check bench chaos fuzz clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: $(STAMP)  ## create .venv and install the locked dependencies

$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version): apt-get install python3" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "the venv module is missing: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup  ## a complete desk on this machine: nothing to configure
	$(BIN)/mailbot demo

test: setup  ## every test, also against real servers where they are installed
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

check: setup  ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: setup  ## throughput, latency, reading, and CPU beside the floor
	$(BIN)/python -m bench

chaos: setup  ## desks that are killed: RUNS (300) of them, drawn from SEED (printed); what is lost or doubled
	$(BIN)/python -m tests.chaos --runs $(RUNS) --seed $(SEED)

fuzz: setup  ## mutated mail at the reader, for SECONDS (600); mails that fail are left in the folder fuzzed
	@mkdir -p fuzzed
	$(BIN)/python -m fuzz.reading -max_total_time=$(SECONDS) -max_len=20000 -timeout=10 -artifact_prefix=fuzzed/

clean:  ## remove what `make setup` and the tests created
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache data fuzzed
