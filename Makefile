# make run          install what is needed, then start the daemon on config.toml
# make test         everything: lint, types, tests
# make fuzz         damaged feeds for a minute; make test has a second or two of it
# make lint         ruff and mypy alone
# make lock         resolve the dependencies of pyproject.toml anew
# make container    build the image without a container engine, and try it out
# make clean        remove what the other targets made in this folder (not your data)
#
# PYTHON=... chooses the Python (3.11 or later); CONFIG=... another configuration.

CONFIG ?= config.toml
BIN := .venv/bin

.PHONY: run test fuzz lint lock container clean

run: .venv/.runtime
	@exec $(BIN)/listener run --config $(CONFIG)

test: lint
	@$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

fuzz: .venv/.dev
	@LISTENER_FUZZ_EXAMPLES=10000 $(BIN)/pytest -m fuzz

lint: .venv/.dev
	@$(BIN)/ruff check .
	@$(BIN)/mypy

.venv/.runtime: requirements.lock pyproject.toml scripts/install
	@scripts/install requirements.lock
	@touch $@

.venv/.dev: requirements.lock requirements-dev.lock pyproject.toml scripts/install
	@scripts/install requirements-dev.lock
	@touch .venv/.runtime $@

lock:
	@scripts/lock

container:
	@scripts/container-build
	@scripts/container-smoke

clean:
	@rm -rf .venv build dist listener.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find listener tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
