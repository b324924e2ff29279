# Needs Python 3.11+ and make; everything else is set up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test lint types build check figures docs dist clean

help:
	@echo "make demo    load and summarise the data set, validate the package, judge two examples"
	@echo "make test    run the tests"
	@echo "make lint    ruff: style and errors"
	@echo "make types   mypy --strict"
	@echo "make build   make the generated files from seeds/"
	@echo "make check   tell whether the generated files are up to date"
	@echo "make docs    build the documentation site into build/docs"
	@echo "make figures draw the image of the README and run the notebooks"
	@echo "make dist    build the sdist, and the wheel from it, and check both"
	@echo "make clean   remove the environment and caches"

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $(STAMP)

demo: $(STAMP)
	$(BIN)/python examples/demo.py

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

build: $(STAMP)
	$(BIN)/karabakh-data build

check: $(STAMP)
	$(BIN)/karabakh-data build --check

docs: $(STAMP)
	$(BIN)/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going --conf-dir docs --doctree-dir build/doctrees . build/docs

figures: $(STAMP)
	$(BIN)/python docs/render.py

dist: $(STAMP)
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/python -m twine check --strict dist/*

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis build dist
