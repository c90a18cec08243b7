# Two commands do everything: `make run` and `make test`. See README.md.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: run test bench check clean

run: $(VENV)/.installed-editor
	@$(BIN)/python -m editor --or-terminal

test: $(VENV)/.installed-check
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest tests --ignore=tests/editor --ignore=tests/test_binding.py
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest tests/editor tests/test_binding.py

bench: $(VENV)/.installed-check
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.benchmarks

check: $(VENV)/.installed-check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed-editor: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[editor]'
	@touch $@

$(VENV)/.installed-check: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[check]'
	@touch $@ $(VENV)/.installed-editor

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
