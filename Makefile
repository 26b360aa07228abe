# make run    judge the embedded server against every generation
# make test   every check of our own code
#
# The first target that needs them makes .venv (Python) and node_modules (Node, optional).
# Choose an interpreter with PYTHON=..., pass more to pytest with PYTEST_OPTIONS=...

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?=
PYTEST_OPTIONS ?=
WORKERS ?= 2
REPORTS := reports
BIN := .venv/bin

# $(call quietly,NAME,COMMAND): one line when the command succeeds, all that it printed when it fails.
define quietly
	@printf '%-12s ' '$(1)'; start=$$SECONDS; \
	if said=$$( { $(2); } 2>&1 ); then echo "ok ($$((SECONDS - start)) s)"; \
	else status=$$?; echo "FAILED"; printf '%s\n' "$$said"; exit $$status; fi
endef

.PHONY: docs cassettes mutants help run test check bench clean tools lint format types floors tests tests-fast

help:
	@echo 'make run      judge the embedded server against every generation; reports in $(REPORTS)/'
	@echo 'make test     every check of our own code: ruff, mypy, import floors, all tests'
	@echo 'make check    the same without the slow tests'
	@echo 'make bench    measurements'
	@echo 'make mutants  small changes to the reference server that the cases do not notice (takes an hour); docs/mutants.md'
	@echo 'make cassettes  the shipped recordings anew, from the reference server'
	@echo 'make clients  what published clients do; docs/clients.md'
	@echo 'make docs     the pages of docs/ that are made from specs/ and rules'
	@echo 'make clean    remove what the other targets made'

run: .venv/.installed
	@status=0; $(BIN)/conformance run embedded --generation all --profile full --reports $(REPORTS) || status=$$?; \
	echo 'Reports are in $(REPORTS)/ ($(REPORTS)/README.md says what is what).'; exit $$status

test: lint format types floors tools tests

check: lint format types floors tests-fast

bench: .venv/.installed
	@for script in bench/*.py; do [ -e "$$script" ] || continue; echo "== $$script"; $(BIN)/python "$$script"; done

# What the derived cases do not notice of small changes to the reference server and to what rules enforce: docs/mutants.md.
# MUTANTS='conformance.rules.conflict.*' judges some functions only, and writes no page. Broken off, it goes on where it was;
# after a change of the code, begin anew: rm $(REPORTS)/mutants.jsonl
MUTANTS ?=
mutants: .venv/.installed
	@$(BIN)/python -c 'import mutmut' 2>/dev/null || $(BIN)/pip install -q -c constraints.txt -e '.[mutation]'
	@$(BIN)/python mutation/run.py $(foreach each,$(MUTANTS),'$(each)')

docs: .venv/.installed
	@$(BIN)/conformance compare --rules > docs/comparison.md.new && mv docs/comparison.md.new docs/comparison.md
	@$(BIN)/conformance list clauses --markdown > docs/clauses.md.new && mv docs/clauses.md.new docs/clauses.md
	@$(BIN)/conformance list generations --markdown > docs/generations.md.new && mv docs/generations.md.new docs/generations.md
	@$(BIN)/conformance diff --rules --format markdown > docs/diff-rules.md.new && mv docs/diff-rules.md.new docs/diff-rules.md

# Recordings of our own reference server, which the tests replay; anew whenever a contract or the cases have changed.
cassettes: .venv/.installed
	@$(BIN)/conformance record embedded cassettes --generation all --profile full -q --reports $(REPORTS)/recorded

# Published clients, judged through the drivers of examples/clients: docs/clients.md. One of them needs Node.
clients: .venv/.installed tools
	@$(BIN)/python examples/clients/page.py

clean:
	@rm -rf .venv node_modules dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find $(REPORTS) -mindepth 1 -not -name README.md -delete
	@find bench conformance examples tests -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- checks

lint: .venv/.installed
	$(call quietly,ruff,$(BIN)/ruff check .)

format: .venv/.installed
	$(call quietly,ruff format,$(BIN)/ruff format --check .)

types: .venv/.installed
	$(call quietly,mypy,$(BIN)/mypy)

floors: .venv/.installed
	$(call quietly,floors,$(BIN)/lint-imports --no-logo)

# A file is told by one worker, since its tests share what is dear to make; two workers, or as many as WORKERS says.
# On success: the tests that were skipped, with the reason, and the totals.
define pytest
	@printf '%-12s ' pytest; \
	if said=$$($(BIN)/python -m pytest -q --color=no -n $(WORKERS) --dist loadfile $(1) $(PYTEST_OPTIONS) 2>&1); \
	then tail -n 1 <<<"$$said"; grep -E '^SKIPPED' <<<"$$said" || true; \
	else status=$$?; echo FAILED; printf '%s\n' "$$said"; exit $$status; fi
endef

tests: .venv/.installed
	$(call pytest,)

tests-fast: .venv/.installed
	$(call pytest,-m 'not slow')

# ---------------------------------------------------------------- set-up

.venv/.installed: pyproject.toml constraints.txt
	@python=''; for each in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$each; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo 'No Python 3.11 or newer found; name one: make PYTHON=/path/to/python3' >&2; exit 1; fi; \
	printf '%-12s ' 'set-up'; start=$$SECONDS; \
	if said=$$( { \
	  if command -v uv; then \
	    { [ -x $(BIN)/python ] || uv venv --python "$$(command -v "$$python")" .venv; } && \
	    uv pip install --python $(BIN)/python -c constraints.txt -e '.[dev]'; \
	  else \
	    { [ -x $(BIN)/pip ] || "$$python" -m venv .venv; } && \
	    $(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'; \
	  fi; } 2>&1 ); \
	then echo "ok ($$((SECONDS - start)) s, $$($(BIN)/python --version))"; touch $@; \
	else status=$$?; echo FAILED; printf '%s\n' "$$said"; exit $$status; fi

# Node is optional: without it, or without what npm should bring, the tests that need it are skipped and say why.
tools:
	@if ! command -v npm >/dev/null; then echo 'npm          not found; tests that need it are skipped'; \
	else $(MAKE) node_modules/.installed || true; fi

node_modules/.installed: package.json
	@printf '%-12s ' npm; start=$$SECONDS; \
	if said=$$(npm install --no-package-lock --no-audit --no-fund --fetch-retries=1 2>&1); \
	then touch $@; echo "ok ($$((SECONDS - start)) s)"; \
	else echo 'could not install; tests that need it are skipped'; printf '%s\n' "$$said" | tail -n 3; fi
