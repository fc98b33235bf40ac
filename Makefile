# Two commands do everything: `make serve` and `make test`.
PYTHON ?= python3
PORT   ?= 8000
BIN    := .venv/bin
TEXTS  := $(patsubst %.po,%.mo,$(wildcard endpoint/show/locale/*/LC_MESSAGES/*.po))

.PHONY: serve test quick lint build format texts requirements clean

# The environment is made anew whenever the pinned requirements or the project's metadata change.
.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Also compiled by the installation itself (hatch_build.py); here after a change.
%.mo: %.po | .venv/ready
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

build: .venv/ready $(TEXTS)
	$(BIN)/kembar build

serve: build
	$(BIN)/kembar serve --port $(PORT)

test: .venv/ready $(TEXTS)
	$(BIN)/pytest

quick: .venv/ready $(TEXTS)
	$(BIN)/pytest -q -m "not slow and not browser and not peer"

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Gives the catalogues the keys that code and templates use; new ones wait for their texts.
texts: .venv/ready
	$(BIN)/python -m tests.kit.texts

# Pins with hashes and without addresses; needs uv (pip install uv).
requirements:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --extra dev pyproject.toml -o requirements.txt

clean:
	rm -rf .venv $(TEXTS)
