# Two commands do everything: `make serve` and `make test`.
PYTHON ?= python3
PORT   ?= 8000
BIN    := .venv/bin

.PHONY: serve test quick lint build format requirements clean

# The environment is made anew whenever the pinned requirements or the project's metadata change.
.venv/ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

build: .venv/ready
	$(BIN)/kembar build

serve: build
	$(BIN)/kembar serve --port $(PORT)

test: .venv/ready
	$(BIN)/pytest

quick: .venv/ready
	$(BIN)/pytest -q -m "not slow and not browser and not peer"

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Pins with hashes and without addresses; needs uv (pip install uv).
requirements:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --extra dev pyproject.toml -o requirements.txt

clean:
	rm -rf .venv
