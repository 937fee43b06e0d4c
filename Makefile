# The doors of the house, the same for a person and for CI. `make site` and `make test` need Python 3.11+ and make only.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: site test quick check bench preview regenerate lock clean
.DEFAULT_GOAL := site

site: .venv/site
	@$(BIN)/icans-evidence build

# A worker for each core; a file of tests stays with one worker, since its tests share what they built.
test: .venv/dev
	@$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST)

quick: .venv/dev
	@$(BIN)/python tests/quick.py

check: .venv/dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/icans-evidence validate
	@$(BIN)/icans-evidence results --check
	@$(BIN)/python -m icans_evidence.regenerate --check

bench: .venv/dev
	@$(BIN)/python tests/bench.py

preview: .venv/site
	@$(BIN)/icans-evidence preview

regenerate: .venv/dev
	@$(BIN)/icans-evidence results --write
	@$(BIN)/python -m icans_evidence.regenerate

# Names, versions and hashes only: no address of a registry enters a file.
lock: .venv/dev
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra render --extra xlsx --extra audit pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra render --extra xlsx --extra audit --extra bulk --extra test --extra check pyproject.toml -o requirements-dev.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra spark pyproject.toml -o requirements-spark.txt

clean:
	rm -rf .venv _site

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with make PYTHON=python3.12"; exit 1; }
	@echo "making the environment in .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/site: .venv/python requirements.txt pyproject.toml
	@echo "installing the locked dependencies (a few minutes the first time)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/dev: .venv/site requirements-dev.txt
	@echo "installing what tests and checks need"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
