# Every target sets up what it needs: a bare machine with Python 3.11 or later is enough.
# A real Apache Kafka is used where Java 17 and Maven are there, one in memory where they are not.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check format faults real browser screenshots eval bench bench-stream bench-engine bench-vault bench-channels bench-siem bench-webchat prove docs up down clean

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
PYTEST := $(BIN)/python -m pytest -q

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Create .venv and install Cordon with its development tools (once)

$(INSTALLED): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Cordon needs Python 3.11 or later; name one with make PYTHON=..."; exit 1; }
	@echo "setting up $(VENV) with $$($(PYTHON) --version) (once, about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "this Python has no venv (Debian: apt-get install python3-venv)"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(INSTALLED) ## Play the whole local world and stay up; ONCE=1 ends after the script with 0 or 1
	@$(BIN)/cordon demo $(if $(ONCE),--once)

test: check ## Everything CI runs: check, then the unit, property and integration tests
	$(PYTEST) -m "not faults and not bench and not browser and not real"

check: $(INSTALLED) ## Lint, format, types, import directions
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(INSTALLED) ## Format and fix what can be fixed
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

faults: $(INSTALLED) ## The fault tests: kills, freezes and outages, minutes long
	$(PYTEST) -m faults

real: $(INSTALLED) ## The tests against third parties' servers and clients, which are fetched (Java, Maven, npm)
	$(PYTEST) -m real

browser: $(INSTALLED) ## The tests that drive a real Chromium
	$(PYTEST) -m browser

screenshots: $(INSTALLED) ## Take the pictures of every page anew, into docs/images (needs Chromium)
	@$(BIN)/python -m tests.browser.screenshots

eval: $(INSTALLED) ## Measure detection on labelled data (CORDON_EVAL_DATA names the folder)
	@$(BIN)/python benchmarks/eval/run.py --results benchmarks/eval/results.md

bench: bench-engine bench-vault bench-stream bench-channels bench-siem bench-webchat ## Every benchmark

bench-stream: $(INSTALLED) ## The stream against its peers on a real Kafka
	@$(BIN)/python benchmarks/stream/run.py --results benchmarks/stream/results.md

bench-channels: $(INSTALLED) ## WhatsApp and Genesys at 50 messages a second, with duplicates, faults and outages
	@$(BIN)/python benchmarks/channels/run.py --results benchmarks/channels/results.md

bench-engine: $(INSTALLED) ## The engine alone
	@$(BIN)/python benchmarks/engine/run.py --results benchmarks/engine/results.md

bench-siem: $(INSTALLED) ## Delivery to Splunk's collector against one request for each event
	@$(BIN)/python benchmarks/siem/run.py --results benchmarks/siem/results.md

bench-vault: $(INSTALLED) ## Sealing and tokens
	@$(BIN)/python benchmarks/vault/bench_vault.py --results benchmarks/vault/results.md

bench-webchat: $(INSTALLED) ## 500 guests of the web chat, through the gateway and straight
	@$(BIN)/python benchmarks/webchat/run.py --results benchmarks/webchat/results.md

docs: $(INSTALLED) ## Write docs/settings.md and docs/metrics.md from the code
	@$(BIN)/python -m streams.reference

prove: $(INSTALLED) ## Hurt a running Cordon in every way we know and account for each message
	@$(BIN)/cordon prove

up: ## Run Kafka, topics, worker and gateway in containers (docs/operations.md)
	docker compose up --build --wait

down: ## End the containers and forget their data
	docker compose down --volumes

clean: ## Remove what was built here; downloads stay in the user's cache
	rm -rf $(VENV) .cordon schema build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
