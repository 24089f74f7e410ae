# What a person types. Every target does all the set-up it needs, on a fresh machine too.
.PHONY: help demo up test test-phone bench-phone bench-guidance lint format clean bench-merge bench-align bench-plan bench-desk roads bench-linkage bench-delivery report-verify bench-verify bench-match calibrate-pad test-person-long fuzz-lists fuzz-messages fuzz-clips fuzz-api chaos chaos-short
.DEFAULT_GOAL := help

python := .venv/bin/python

# As ./onevisit does: who wants no bytecode beside the source gets it in var, not each module compiled anew at each start.
ifdef PYTHONDONTWRITEBYTECODE
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/var/pycache
endif

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo:  ## the whole line once: a made-up county, real Kafka, PostgreSQL, face models and video
	./onevisit demo

up:  ## the stack alone, until Ctrl-C
	./onevisit up

test: .dev .web  ## all tests, on the real servers, in two processes (PYTEST_ARGS="-n 0": in one)
	./onevisit models pull
	$(python) -m deploy.embedded.clips
	$(python) -m pytest -n 2 $(PYTEST_ARGS)

test-person-long: .dev  ## the rules of one person against the oracle, on many more and longer lives (10 minutes)
	ONEVISIT_TEST_LIVES=1500 ONEVISIT_TEST_STEPS=40 $(python) -m pytest -o timeout=3600 tests/unit/scheduler/test_person_stateful.py

chaos: .dev  ## 50 faults in the middle of 10^5 requests, then the checker's table (about 10 minutes)
	$(python) -m tests.chaos --requests 100000 --faults 50 --away 60

chaos-short: .dev  ## 12 faults in a few thousand requests, and proof that the checker can fail
	$(python) -m pytest -s tests/chaos

fuzz-lists: .dev  ## 10^5 dirty rows in every form of list, each accounted for; 200 MB of CSV, the largest sheet, a bomb (2 minutes)
	$(python) -m tests.unit.gateway.lists.fuzz

fuzz-messages: .dev  ## 10^5 damaged messages through every reader of the line, each accounted for (2 to 4 minutes)
	$(python) -m tests.streams.fuzz

fuzz-clips: .dev  ## 1000 damaged clips of every container through the whole machine check (8 minutes)
	./onevisit models pull
	$(python) -m tests.integration.certify.fuzz

fuzz-api: .dev  ## every operation of the OpenAPI by every role that may call it, with odd input (docs/bad-input.md)
	ONEVISIT_FUZZ_EXAMPLES=$(or $(EXAMPLES),20) $(python) -m pytest tests/integration/gateway/test_openapi_contract.py

bench-merge: .dev  ## the line beside a hand-written loop and Quix Streams (about 15 minutes; docs/performance.md)
	$(python) -m bench.merge

bench-linkage: .dev  ## precision, recall and false links of who is who, on FEBRL4 and made registers (docs/linkage.md)
	$(python) -m bench.linkage

bench-align: .dev  ## what window alignment saves on two made-up counties, and in what time (half a minute; docs/alignment.md)
	$(python) -m bench.align

roads: .dev  ## road engines on the shared map extract, for tests/integration/scheduler/test_roads.py
	$(python) -m deploy.roads osrm $(or $(ONEVISIT_SHARED_DATA),../shared/data)/planning/osm/andorra.osm.pbf var/roads/osrm --prepare
	$(python) -m deploy.roads valhalla $(or $(ONEVISIT_SHARED_DATA),../shared/data)/planning/osm/andorra.osm.pbf var/roads/valhalla --prepare

bench-plan: .dev  ## plans beside OR-Tools, three campaigns and a list; parts: PLAN="solomon --seconds 10" (an hour; docs/planning.md)
	$(python) -m bench.plan $(PLAN)

bench-desk: .dev  ## the scheduler's desk with 110 cadres and 6,000 people through the real door (5 minutes; docs/planning.md)
	$(python) -m bench.desk

bench-delivery: .dev  ## p50 and p99 from verdict to each agency by each way, and what was lost or doubled; deaths from the phone on (4 minutes; docs/delivery.md)
	PYTHONPATH=clients/python $(python) -m bench.delivery $(DELIVERY)

report-verify: .dev  ## what the machine check gets wrong, measured on labelled clips (8 minutes; docs/verify-report.md)
	$(python) -m bench.verify.report

calibrate-pad: .dev  ## where the liveness thresholds stand between genuine clips and attacks (9 minutes; docs/pad-calibration.md, docs/seen-before.md)
	$(python) -m bench.verify.calibrate
	$(python) -m bench.verify.seen_before

bench-verify: .dev  ## what the machine check costs, beside face_recognition on every frame (5 minutes)
	$(python) -m bench.verify.speed

bench-match: .dev  ## which face engine, fusion, threshold and choice of frames tells people apart (5 minutes; docs/matching.md)
	$(python) -m bench.verify.matching

test-phone: .dev .web  ## the phone's page in Chromium; pictures of every screen in var/phone-screens (6 minutes)
	$(python) -m deploy.embedded.clips
	$(python) -m pytest tests/unit/web tests/browser

bench-phone: .dev .web  ## time and bytes of the page on a slow network, and 1 MB at 200 kbit/s with three cuts (3 minutes)
	$(python) -m deploy.embedded.clips
	$(python) -m pytest -s tests/browser/measure_phone.py

bench-guidance: .dev .web  ## what the page sees of faces while the cadre aims, beside certify's net, and what a look costs (2 minutes)
	$(python) -m bench.guidance

lint: .dev .web  ## style, types, import rules, and whether the generated files are up to date
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	.venv/bin/lint-imports
	$(python) -m schemas.generate --check
	$(python) -m services.cli.codes --check
	$(python) -m services.gateway.openapi --check
	npm --prefix web run --silent check
	node web/scripts/precache.mjs --check

format: .dev  ## mend what ruff can mend
	$(python) -m ruff check --fix
	$(python) -m ruff format

.PHONY: .dev
.dev:
	ONEVISIT_DEV=1 ONEVISIT_SETUP_ONLY=1 ./onevisit demo

.PHONY: .web
.web: web/node_modules/.package-lock.json
web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

clean:  ## stop a running stack and remove its data, the environment and the caches
	[ ! -d .venv ] || ./onevisit down
	rm -rf var .venv .tools node_modules web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
