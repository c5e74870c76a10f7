# Everything runs from this folder with relative paths: where the checkout lies, and what its path looks like, does not matter.
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup up test check gates protos algebra chaos replay bench bench-inbox bench-customers profile

PYTHON := .venv/bin/python
LOG ?= ../shared/data/bpi2020/DomesticDeclarations.xes.gz
MAPPING ?= replay/mappings/bpi2020-domestic-declarations.yaml
NEWEST := python3 python3.14 python3.13 python3.12 python3.11

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

setup: .venv/ready ## make .venv and install exactly what requirements.lock pins

# A checkout that was moved needs its environment made anew.
ifneq ($(shell cat .venv/place 2>/dev/null),$(CURDIR))
.PHONY: .venv/ready
endif
.venv/ready: requirements.lock pyproject.toml .ci/setup.py
	@for python in $(NEWEST); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec "$$python" .ci/setup.py; \
		fi; \
	done; \
	echo 'Python 3.11 or newer is needed · 需要 Python 3.11 或更新版本' >&2; exit 1

up: setup ## start everything here with a demo group, and keep it running; ARGS="--port-base 18000" for more
	@exec $(PYTHON) -m chassis up --demo --group whole $(ARGS)

test: setup gates ## all checks, then all tests
	@$(PYTHON) -m pytest -n 2 --dist loadgroup -m "not chaos and not soak" $(ARGS)

check: setup gates ## the half-minute subset: all checks and the unit tests
	@$(PYTHON) -m pytest -n 2 -q tests/unit $(ARGS)

gates: setup
	@$(PYTHON) -m ruff check --quiet
	@$(PYTHON) -m ruff format --check --quiet
	@$(PYTHON) -m mypy --no-error-summary
	@$(PYTHON) .venv/bin/lint-imports --no-cache > .venv/contracts.txt || { cat .venv/contracts.txt; exit 1; }
	@for act in check lint breaking; do $(PYTHON) protos/generate.py $$act || exit 1; done
	@$(PYTHON) tests/gates/module_size.py

protos: setup ## generate protos/gen and docs/events.md from protos
	@$(PYTHON) protos/generate.py generate
	@$(PYTHON) protos/events_page.py

algebra: setup ## the engine against its model, 200,000 acts in slices, an hour of two processors; STEPS=20000 for fewer, SEED=40 for others, JOBS=1
	@ZHUPI_ENGINE_STEPS=$(or $(STEPS),200000) ZHUPI_ENGINE_SEED=$(or $(SEED),0) $(PYTHON) -m pytest -n $(or $(JOBS),2) --dist load -v -rP --timeout 0 tests/stateful/engine $(ARGS)

chaos: setup ## claims and onboardings go on while everything is killed (docs/faults.md), about half an hour; SEEDS="7 8" CLAIMS=60 ONBOARDINGS=20
	@$(PYTHON) -m pytest -n 0 -q -s -m chaos tests/chaos $(if $(SEEDS),--seeds "$(SEEDS)") $(if $(CLAIMS),--claims $(CLAIMS)) $(if $(ONBOARDINGS),--onboardings $(ONBOARDINGS)) $(ARGS)

replay: setup ## walk 10,357 real cases (BPI Challenge 2020) through an installation of its own; LOG=… MAPPING=… ARGS="--cases 300"
	@$(PYTHON) -m replay $(LOG) --mapping $(MAPPING) $(ARGS)

bench: setup ## Zhupi beside its engine's floor, about five minutes; ARGS="--json FILE --inbox-items 1000000" for more
	@$(PYTHON) -m bench $(ARGS)

bench-inbox: setup ## pages of long lists: a million work items of 5,000 people, about ten minutes; ARGS="--items 100000" for fewer
	@$(PYTHON) -m bench.lists $(ARGS)

bench-customers: setup ## searching 100,000 customers while somebody types, and importing 5,000, about fifteen minutes; ARGS="--customers 20000" for fewer
	@$(PYTHON) -m bench.customers $(ARGS)

profile: setup ## where a claim's time goes, by process, by function and by wait
	@$(PYTHON) -m bench.profile $(ARGS)
