# Värna: what one does with it. `make` alone tells.

PYTHON ?= python3
BIN := .venv/bin
PYTEST ?=

.DEFAULT_GOAL := help
.PHONY: help run test check bench soak translations pictures clean chromium

help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: export VARNA_ENV = demo
run: .venv/runs ## a demo on this machine: installs, fills it the first time, shows how to sign in, serves
	@$(BIN)/flask --app app prepare
	@exec $(BIN)/python -m gunicorn -c tracker/gunicorn.py app:app

test: .venv/tests chromium ## the tests, on SQLite and PostgreSQL, in a real browser and against deliberate mistakes
	$(BIN)/pytest -n 4 $(PYTEST)

check: .venv/tests ## style, form, types and the walls
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_walls.py $(PYTEST)

bench: .venv/tests ## how fast it is
	$(BIN)/python -m benchmarks.bench
	$(BIN)/python -m benchmarks.vault
	$(BIN)/python -m benchmarks.figures
	$(BIN)/python -m benchmarks.incidents

soak: .venv/tests ## whether it stays so, under load and for long
	$(BIN)/python -m benchmarks.soak

clean: ## takes away what was installed and cached; data/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

chromium: .venv/tests
	@if found=$$(command -v chromium || command -v chromium-browser); then \
		echo "Chromium: the system's, $$found"; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get update -qq && apt-get install -qq -y chromium >/dev/null; then \
		echo "Chromium: installed with apt-get, $$(command -v chromium)"; \
	else \
		$(BIN)/playwright install chromium && echo "Chromium: playwright's own"; \
	fi

pictures: .venv/tests chromium ## makes the README's pictures anew
	$(BIN)/python -m docs.pictures

translations: .venv/tests ## brings the Swedish texts up to date with the sources
	$(BIN)/python -m translations.extract

.venv/runs: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/tests: requirements-dev.txt .venv/runs
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
