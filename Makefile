# What a person types. Every target does all the set-up it needs, on a fresh machine too.
.PHONY: help demo up test lint format clean
.DEFAULT_GOAL := help

python := .venv/bin/python

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo:  ## the whole line once: a made-up county, real Kafka, PostgreSQL, face models and video
	./onevisit demo

up:  ## the stack alone, until Ctrl-C
	./onevisit up

test: .dev  ## all tests, on the real servers
	./onevisit models pull
	$(python) -m deploy.embedded.clips
	$(python) -m pytest $(PYTEST_ARGS)

lint: .dev  ## style, types, import rules, and whether the generated files are up to date
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	.venv/bin/lint-imports
	$(python) -m schemas.generate --check

format: .dev  ## mend what ruff can mend
	$(python) -m ruff check --fix
	$(python) -m ruff format

.PHONY: .dev
.dev:
	ONEVISIT_DEV=1 ONEVISIT_SETUP_ONLY=1 ./onevisit demo

clean:  ## stop a running stack and remove its data, the environment and the caches
	[ ! -d .venv ] || ./onevisit down
	rm -rf var .venv .tools node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
