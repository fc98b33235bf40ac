# Two commands do everything: `make serve` and `make test`.
PYTHON ?= python3
PORT   ?= 8000
SECONDS ?= 30
MUTANTS ?=
BIN    := .venv/bin
TEXTS  := $(patsubst %.po,%.mo,$(wildcard endpoint/show/locale/*/LC_MESSAGES/*.po))

# Compiled modules are kept, whatever the shell says: the tests start hundreds of processes, and each would compile
# what it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: serve lists test quick mutants vote lint build format texts counts pictures requirements clean

PIP    := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-compile

# The environment is made anew whenever the pinned requirements or the project's metadata change: what serving
# needs first, what developing needs besides. The lists are complete, so nothing is resolved here; what is
# imported is compiled then.
.venv/ready: requirements.txt requirements-npm.txt pyproject.toml browser/package-lock.json
	$(PYTHON) -m venv --clear .venv
	$(PIP) --require-hashes -r requirements.txt
	command -v npm >/dev/null || $(PIP) --require-hashes -r requirements-npm.txt
	$(PIP) --no-build-isolation -e .
	touch $@

.venv/dev: .venv/ready requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
	touch $@

# Also compiled by the installation itself (hatch_build.py); here after a change.
%.mo: %.po | .venv/ready
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# The names of the world's places, 35 MB, which only lists of one's own need: docs/your-own-list.md.
lists: .venv/ready requirements-lists.txt
	$(PIP) --require-hashes -r requirements-lists.txt

build: .venv/ready $(TEXTS)
	$(BIN)/kembar build

serve: build
	$(BIN)/kembar serve --port $(PORT)

test: .venv/dev $(TEXTS)
	$(BIN)/pytest -n 2 --dist loadgroup --no-loadscope-reorder

quick: .venv/dev $(TEXTS)
	$(BIN)/pytest -q -n 2 --dist loadgroup --no-loadscope-reorder -p no:schemathesis -m "not slow and not browser and not peer"

# Breaks the code in one place at a time, in a copy: each must be noticed. MUTANTS=--core: the few of every change.
mutants: .venv/dev $(TEXTS)
	$(BIN)/python -m tests.mutants.run $(MUTANTS)

# Random queries over the release, answered by three engines; prints the seed that makes them again.
vote: .venv/dev $(TEXTS)
	$(BIN)/python -m benchmarks.vote --seconds $(SECONDS)

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Gives the catalogues the keys that code and templates use; new ones wait for their texts.
texts: .venv/dev
	$(BIN)/python -m tests.kit.texts

# Counts the bundled data anew into docs/data.md, writes the columns of the tables into docs/tables.md; tests tell
# when either has changed.
counts: .venv/dev $(TEXTS)
	$(BIN)/python -m tests.docs.data_counts
	$(BIN)/python -m tests.docs.tables.columns_page

# Takes the pictures of the README and of previews anew; needs Chromium and a build (make build).
pictures: .venv/dev $(TEXTS)
	$(BIN)/python -m tests.browser.pictures

# Pins with hashes and without addresses, for serving and for developing; needs uv (pip install uv).
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-header pyproject.toml --extra install
requirements:
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra npm -c requirements.txt -o requirements-npm.txt
	$(COMPILE) --extra lists -c requirements.txt -o requirements-lists.txt
	$(COMPILE) --extra dev -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf .venv $(TEXTS)
