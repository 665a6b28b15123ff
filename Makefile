# Everything a developer runs. Each target says what it does: `make help`.
.DEFAULT_GOAL := help
.PHONY: help demo dev test check bench lock
export PORT ?= 8000
export HOST ?= 127.0.0.1
BROWSER ?= 1

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-7s %s\n", $$1, $$2}'

demo: ## Install all, load the demonstration campus, serve it on http://127.0.0.1:8000 (PORT=, HOST=)
	@deploy/local.sh demo

dev: ## The same with DEBUG and auto-reload
	@deploy/local.sh dev

test: ## Install all, run the whole suite (BROWSER=0 leaves the browser tests out)
	@BROWSER=$(BROWSER) deploy/local.sh test

check: ## Lint, formatting, migrations, deployment settings, templates
	@deploy/local.sh check

bench: ## Print the throughput of pages, enrolments and imports, as ratios to a minimal Django page or to bare SQL
	@deploy/local.sh bench

lock: ## Write requirements.lock and deploy/requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra demo --extra dev --universal --generate-hashes --python-version 3.11 -q -o requirements.lock
	uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 -c requirements.lock -q -o deploy/requirements.lock
