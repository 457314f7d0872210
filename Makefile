# Everything is done in .venv, which each target sets up (again) where pyproject.toml or constraints.txt changed.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
LOCALE := tidbok_cli/i18n/locale/sv/LC_MESSAGES
CATALOGUE := $(LOCALE)/tidbok.mo
PAGES := tidbok_cli/man
MANUAL := $(BIN)/python -m tidbok_cli.cli.base.manual

# What help looks like must not depend on who generates it.
PLAIN := env -u FORCE_COLOR -u GITHUB_ACTIONS -u TERMINAL_WIDTH NO_COLOR=1 COLUMNS=80 LC_ALL=C.UTF-8 TIDBOK_LANG=en

# What is generated in them, tests/support/reference.py makes.
COG = $(PLAIN) $(BIN)/cog -P -I tests/support
WRITTEN := README.md $(wildcard tidbok_cli/handbook/*/*.md)

.PHONY: help demo test thorough stress torture fuzz shards clinics check catalogue docs coverage bench clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

demo: $(CATALOGUE) ## a made-up region, and what tidbok says about it
	@$(BIN)/tidbok demo

test: $(CATALOGUE) ## all tests, on all cores
	$(BIN)/pytest --numprocesses=auto --dist=worksteal

thorough: $(CATALOGUE) ## all tests, with ten times as many random examples, new ones each time
	TIDBOK_THOROUGH=1 $(BIN)/pytest --numprocesses=auto --dist=worksteal

stress: $(CATALOGUE) ## eight processes after 200 slots, fifty times
	$(BIN)/pytest tests/contract/test_race.py -k eight --slots=200 --races=50

torture: $(CATALOGUE) ## killed, ended, no room, read-only, damaged, restarted: a hundred rounds, on both databases
	$(BIN)/pytest tests/contract/test_race.py tests/contract/test_torture.py -k 'killed or torture' --kills=20 --rounds=8

fuzz: $(CATALOGUE) ## a hundred thousand inputs made to harm, for every reader (SEED=14: which ones)
	$(BIN)/pytest tests/contract/test_fuzz.py --numprocesses=auto --dist=worksteal --fuzz=100000 --fuzz-seed=$(or $(SEED),14)

shards: $(CATALOGUE) ## a store of 13,000 bookings spread over three databases, beside the same in one file
	TIDBOK_REQUIRE_POSTGRESQL=1 $(BIN)/pytest tests/contract/test_shards.py --bookings=13000

clinics: $(CATALOGUE) ## five hundred clinics' journals asked, fifty a second, in half a minute and 100 MB
	$(BIN)/pytest tests/contract/test_journal_many.py --clinics=500

check: $(CATALOGUE) ## style, types, the map of the rooms, dependencies, generated help
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(COG) --check --diff $(WRITTEN)
	$(PLAIN) $(MANUAL) en | diff -u $(PAGES)/tidbok.1 -
	$(PLAIN) $(MANUAL) sv | diff -u $(PAGES)/sv/tidbok.1 -

coverage: $(CATALOGUE) ## the tests, and the lines and branches that they do not reach
	$(BIN)/pytest --numprocesses=auto --cov --cov-report=term-missing:skip-covered

bench: $(CATALOGUE) ## how fast it is, beside floors of the same run (SMALL=--small: a tenth)
	@$(BIN)/python tests/benchmarks/bench.py $(SMALL)

catalogue: $(READY) ## bring the Swedish catalogue in step with the sources (then translate what is empty)
	$(BIN)/pybabel --quiet extract --keywords=marked --keywords=_m --no-location --sort-output --output=.venv/tidbok.pot tidbok_cli
	$(BIN)/pybabel update --locale=sv --input-file=.venv/tidbok.pot --output-file=$(LOCALE)/tidbok.po \
	    --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
	$(MAKE) $(CATALOGUE)

docs: $(CATALOGUE) ## write the generated parts of README.md, handbook and manual pages again
	$(COG) -r $(WRITTEN)
	$(PLAIN) $(MANUAL) en > $(PAGES)/tidbok.1
	$(PLAIN) $(MANUAL) sv > $(PAGES)/sv/tidbok.1

clean: ## remove what the other targets made
	rm -rf .venv dist .coverage .coverage.* .hypothesis .*_cache $(CATALOGUE)
	find tidbok_cli tests -name __pycache__ -prune -exec rm -rf {} +

$(CATALOGUE): $(LOCALE)/tidbok.po | $(READY)
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

# The build tools come first, so that constraints.txt holds for the build as well.
$(READY): pyproject.toml constraints.txt tidbok_cli/i18n/build_hook.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo 'tidbok needs Python 3.11 or later: make PYTHON=python3.13, for one.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	    || { echo 'Python cannot make virtual environments here. On Debian: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Setting up .venv (the first time: a minute or two) …'
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt hatchling Babel
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation \
	    --editable '.[pg,excel,rivta,dev]'
	@$(BIN)/python -m compileall -q tidbok_cli
	@touch $@
