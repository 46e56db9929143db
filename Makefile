# make        the deck: cards/build/de-interview.apkg
# make test   every test      make lint   style, types, layers
# make test-anki   what imports do on every Anki that readers may have
# make test-desktop  a click into every field in the real Anki Desktop (NOTES=12 for the first twelve notes)
# make test-engines   cards of every kind in the engine of an old phone
# make test-libraries   what older and newer rendering libraries change for readers: nothing
# make test-tools   the real YAML language server (needs node and npm), zsh and fish, pre-commit, and the action of this repository
# make mutants   which small faults in identity, lock, merge, coverage and clozes the fast tests notice
# make fuzz   coverage-guided fuzzing of all that reads files of others, a minute each (SECONDS=… TARGETS=…)
# make faults   each system call that can fail, and builds, previews and git at once (needs strace; some hours)
# make test-pythons  every test on each other Python that the machine has (TESTS=… for some of them)
# make pictures  screenshots of every kind of card into build/pictures, and those that documents show
# make docs   the reference pages in docs/ and the page for man, written from the code
# make site   the documents as a site in build/site; a link that leads nowhere fails
# make test-install   what is built installs with pip, pipx and uv, and the tutorial works with it
# make release VERSION=1.2.3   everything up to the upload: checks, changelog, built files, tag, notes
# make bench  how fast a build is, against the plain way (a few minutes; OPTIONS=--full for 100,000 notes)
# make golden refresh the expected texts that tests compare with (review the diff)
PYTHON ?= python3
BIN := .venv/bin

.PHONY: deck test test-anki test-desktop test-engines test-tools test-libraries test-pythons mutants faults fuzz lint docs site test-install release bench golden pictures clean
deck: .venv/.ready
	$(BIN)/deckgen build cards

.venv/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/.test: .venv/.ready
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	# Anki's own reviewer page, without the Qt that it would pull in.
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps aqt
	touch $@

.venv/.lint: .venv/.test
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[lint]'
	touch $@

test: .venv/.test
	$(BIN)/pytest -q -n auto --dist loadgroup

# Each Anki that readers may have besides the one in .venv, in an environment of its own; made once.
ANKI_VERSIONS := 23.10.1 23.12.1 24.11 25.9.5
ANKI_READY := $(ANKI_VERSIONS:%=.venv-anki/%/.ready)

.venv-anki/%/.ready: constraints.txt
	$(PYTHON) -m venv .venv-anki/$*
	grep -v '^anki==' constraints.txt > .venv-anki/$*/constraints.txt
	.venv-anki/$*/bin/pip install --quiet --disable-pip-version-check -c .venv-anki/$*/constraints.txt anki==$* msgspec
	touch $@

test-anki: .venv/.test $(ANKI_READY)
	ANKI_VERSIONS="$(ANKI_VERSIONS)" $(BIN)/pytest -q tests/anki_matrix

# Anki Desktop itself, with its Qt.
.venv-desktop/.ready: constraints.txt
	$(PYTHON) -m venv .venv-desktop
	.venv-desktop/bin/pip install --quiet --disable-pip-version-check -c constraints.txt 'aqt[qt]'
	touch $@

test-desktop: .venv/.test .venv-desktop/.ready
	NOTES=$(NOTES) $(BIN)/pytest -q tests/desktop/clicks.py

# Engines of old phones, as the Qt of that version has them, each in an environment of its own: 5.12 is Chrome 69.
# Later ones want a screen: `xvfb-run make test-engines ENGINES="5.14 5.15"` is Chrome 77 and 87.
ENGINES := 5.12

.venv-engines/%/.ready:
	$(PYTHON) -m venv .venv-engines/$*
	.venv-engines/$*/bin/pip install --quiet --disable-pip-version-check 'PyQt5==$*.*' 'PyQtWebEngine==$*.*'
	touch $@

test-engines: .venv/.test $(ENGINES:%=.venv-engines/%/.ready)
	ENGINES="$(ENGINES)" $(BIN)/pytest -q tests/test_engines.py

# The lowest and the newest allowed versions of what turns notes into HTML, in environments of their own.
LIBRARIES := (comrak-ext|pygments)
LIBRARY_SETS := lowest newest

.venv-libraries/%/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-libraries/$*
	grep -viE '^$(LIBRARIES)==' constraints.txt > .venv-libraries/$*/constraints.txt
	[ $* = newest ] || sed -nE 's/^  "$(LIBRARIES)>=(.*)",$$/\1==\2/p' pyproject.toml >> .venv-libraries/$*/constraints.txt
	.venv-libraries/$*/bin/pip install --quiet --disable-pip-version-check -c .venv-libraries/$*/constraints.txt -e .
	touch $@

test-libraries: .venv/.test $(LIBRARY_SETS:%=.venv-libraries/%/.ready)
	LIBRARY_SETS="$(LIBRARY_SETS)" $(BIN)/pytest -q tests/test_libraries.py

# What editors ask for completion and errors in YAML; and what runs hooks and knows the schemas of workflows.
.venv/.tools: .venv/.test
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[tools]'
	touch $@

.node/.ready:
	npm install --prefix .node --silent --no-audit --no-fund yaml-language-server@1.25.0
	touch $@

test-tools: .venv/.tools .node/.ready
	$(BIN)/pytest -q tests/tools/completion.py tests/tools/shells.py tests/tools/hooks.py tests/tools/workflows.py

mutants: .venv/.test
	$(BIN)/python tests/mutants.py --fail-under 90 $(OPTIONS)

# atheris has wheels for Linux and Python 3.11 to 3.13 alone.
.venv-fuzz/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-fuzz
	.venv-fuzz/bin/pip install --quiet --disable-pip-version-check -c constraints.txt -e . atheris
	touch $@

SECONDS ?= 60
TARGETS ?= notes outline settings stories chapter lock stylesheet template note_type package manifest
fuzz: .venv-fuzz/.ready
	.venv-fuzz/bin/deckgen build cards --frozen -o build/fuzz/package/cards.apkg
	for target in $(TARGETS); do mkdir -p build/fuzz/$$target; \
	  .venv-fuzz/bin/python tests/hostile/fuzz.py $$target build/fuzz/$$target -max_total_time=$(SECONDS) \
	  -timeout=10 -rss_limit_mb=2000 -artifact_prefix=build/fuzz/ || exit 1; done

# FAULTS is how many faults of each command, ROUNDS how often all works on one project at the same time.
FAULTS ?= 1000000
ROUNDS ?= 200
faults: .venv/.test
	FAULTS=$(FAULTS) ROUNDS=$(ROUNDS) $(BIN)/pytest -q -n auto tests/faults/faults.py tests/faults/rounds.py

# Each Python besides the one in .venv that is on the path or among pyenv's, in an environment of its own;
# tests/debian_python.sh is for one that only a newer Debian has.
python = $(firstword $(wildcard $(HOME)/.pyenv/versions/$(1).*/bin/python3) $(shell command -v python$(1)))
OWN_PYTHON := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
PYTHONS := $(foreach version,$(filter-out $(OWN_PYTHON),3.11 3.12 3.13 3.14),$(if $(call python,$(version)),$(version)))

.venv-python/%/.ready: pyproject.toml constraints.txt
	$(call python,$*) -m venv .venv-python/$*
	.venv-python/$*/bin/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	.venv-python/$*/bin/pip install --quiet --disable-pip-version-check -c constraints.txt --no-deps aqt
	touch $@

.PRECIOUS: .venv-python/%/.ready
test-python-%: .venv-python/%/.ready
	.venv-python/$*/bin/pytest -q -n auto --dist loadgroup $(TESTS)

test-pythons: $(PYTHONS:%=test-python-%)

lint: .venv/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/.test
	$(BIN)/python tools/reference.py
	$(BIN)/python tools/manual.py
	$(BIN)/python tools/licences.py > docs/licences.md

.venv-docs/.ready: constraints.txt
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/pip install --quiet --disable-pip-version-check -c constraints.txt zensical
	touch $@

site: .venv-docs/.ready
	.venv-docs/bin/zensical build --clean --strict

# Run `.ci/run` before it: a release is of what passed.
release: .venv/.tools
	$(BIN)/python tools/release.py $(VERSION)

test-install: .venv/.tools
	$(BIN)/pytest -q tests/tools/install.py

# On what a user installs: some libraries import what only tests bring, and would cost more.
.venv-bench/.ready: pyproject.toml constraints.txt $(wildcard deckgen/*.py deckgen/*/*.py deckgen/*/*/*.py)
	$(PYTHON) -m venv --clear .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check -c constraints.txt .
	touch $@

bench: .venv-bench/.ready
	.venv-bench/bin/python bench/run.py $(OPTIONS)

golden: .venv/.test
	$(BIN)/pytest -q tests --golden

pictures: .venv/.test .venv-engines/5.12/.ready
	$(BIN)/python tests/pictures.py

clean:
	rm -rf .node .venv .venv-anki .venv-bench .venv-desktop .venv-engines .venv-fuzz .venv-libraries .venv-python build
