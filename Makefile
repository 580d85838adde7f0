# Everything a clone needs: `make study`, `make test`. Only Python 3.11 or later and make are asked for.

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that really is 3.11 or later (a name on the path may be an empty shim).
PYTHON = $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$name" && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-warn-script-location
PACKED := pyproject.toml constraints.txt

.PHONY: study test soak-fit lint docs bench soak-ops clean

study: $(VENV)/.installed  ## the reference study: five findings, and a report in out/titr
	$(BIN)/karvan study titr

test: $(VENV)/.tested lint $(if $(wildcard mkdocs.yml),docs)  ## all that a change must pass
	$(BIN)/python -m pytest -n 2

soak-fit: $(VENV)/.tested  ## two hundred twins whose parameters are known, fitted
	KARVAN_SOAK=1 $(BIN)/python -m pytest -s tests/studies/fit/test_recovery.py

lint: $(VENV)/.tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.limits

docs: $(VENV)/.documented  ## the site, built strictly into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

bench: $(VENV)/.measured  ## measures, with their peers: see bench/
	for file in bench/*.py; do $(BIN)/python $$file || exit 1; done

soak-ops: $(VENV)/.tested  ## the service against its reference model: 10,000 worlds of 200 steps; each constraint taken away in turn; the log altered at 600 places
	KARVAN_OPS_SEEDS=10000 KARVAN_OPS_STEPS=200 $(BIN)/python -m pytest -n 2 tests/ops/test_world.py
	KARVAN_OPS_MUTANTS=1 $(BIN)/python -m pytest -n 2 tests/ops/store/test_mutants.py
	KARVAN_SOAK=1 $(BIN)/python -m pytest tests/ops/store/test_tampering.py tests/ops/learn/test_cells.py

clean:  ## takes away what make made, not your results in out/
	rm -rf $(VENV) site build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# Stamps: an install is done again only when what it depends on has changed.
$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Karvan needs Python 3.11 or later: install it, or name it by PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: $(VENV)/.made $(PACKED)
	$(PIP) -c constraints.txt -e .
	touch $@

$(VENV)/.tested: $(VENV)/.installed $(PACKED)
	$(PIP) -c constraints.txt -e '.[test,ops]'
	touch $@

$(VENV)/.documented: $(VENV)/.tested $(PACKED)
	$(PIP) -c constraints.txt -e '.[docs]'
	touch $@

$(VENV)/.measured: $(VENV)/.tested $(PACKED)
	$(PIP) -c constraints.txt -e '.[bench]'
	touch $@
