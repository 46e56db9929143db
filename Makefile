# make        the deck: build/de-interview.apkg from cards/
# make test   every test      make lint   style, types, layers
# make golden refresh the expected texts that tests compare with (review the diff)
PYTHON ?= python3
BIN := .venv/bin

.PHONY: deck test lint golden clean
deck: .venv/.ready
	$(BIN)/deckgen build cards

.venv/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/.test: .venv/.ready
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

.venv/.lint: .venv/.test
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[lint]'
	touch $@

test: .venv/.test
	$(BIN)/pytest -q -n auto

lint: .venv/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

golden: .venv/.test
	$(BIN)/pytest -q tests --golden

clean:
	rm -rf .venv build
