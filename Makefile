# `make demo` and `make test` need Node.js 20.19 or newer and nothing else; the rest is fetched.
.DEFAULT_GOAL := help
.PHONY: help check-node demo test verify lint types build pack format bench chaos test-jaeger upgrade-test up down install clean
SHELL := /bin/sh

cli := node dist/apps/cli/main.js
jest := node node_modules/jest/bin/jest.js
sources := $(shell find apps libs bench chaos examples -type f ! -name '*.spec.ts' ! -name '*.features.ts' ! -name '*.md' 2>/dev/null)

help:
	@echo 'make demo          run a whole search on this machine (LIVE=1 asks the real boards)'
	@echo 'make test          set up and run all tests: unit, int, e2e'
	@echo 'make verify        lint, types, tests and build, as CI does'
	@echo 'make up, down      start everything and stay; stop what is left running'
	@echo 'make chaos         let faults come down on hundreds of runs and judge what is left (SEED=, RUNS=, SECONDS=, CLUSTER=1)'
	@echo 'make pack          pack the platform for other projects, into dist/packages'
	@echo 'make upgrade-test  let an older build and this one work on one log (FROM=commit)'
	@echo 'make lint, types, build, format, bench, test-jaeger, clean'

demo: dist/.built
	@$(cli) demo $(if $(LIVE),--live)

up: dist/.built
	@$(cli) up

down: dist/.built
	@$(cli) down

test: dist/.built
	@node scripts/obtain-servers.mjs
	@node scripts/obtain-browser.mjs
	@node scripts/run-tests.mjs

verify: lint types test

lint: install
	npm run --silent lint

types: install
	npm run --silent types

format: install
	npm run --silent format

build: dist/.built

pack: dist/.built
	@node scripts/pack.mjs

bench: dist/.built
	@node dist/bench/main.js

# `make chaos SEED=7 RUNS=300 SECONDS=25 CLUSTER=1 BREAK=fence KEEP=1`: all of them may be left out.
chaos: dist/.built
	@node dist/chaos/main.js $(foreach name,SEED RUNS SECONDS CLUSTER BREAK KEEP,$(if $($(name)),$(name)=$($(name))))

test-jaeger: dist/.built
	@JAEGER_BIN="$$(scripts/build-jaeger.sh)" && export JAEGER_BIN && $(jest) --selectProjects jaeger

# `make upgrade-test FROM=HEAD~20`: two builds on one log, with runs in flight; takes some minutes.
upgrade-test: dist/.built
	@scripts/upgrade-test.sh "$(FROM)"

check-node:
	@scripts/check-node.sh

install: node_modules/.installed

# Both are stamps: what is fresh is not made again, so a second run starts at once.
node_modules/.installed: package.json package-lock.json | check-node
	@if [ node_modules/.package-lock.json -nt package-lock.json ] && [ ! package.json -nt package-lock.json ]; \
	then echo 'npm: node_modules is up to date with package-lock.json'; \
	else echo 'npm: installing what package-lock.json names'; npm ci --no-audit --no-fund --loglevel=error; fi
	@touch $@

dist/.built: node_modules/.installed nest-cli.json tsconfig.json .swcrc $(sources) | check-node
	@echo 'nest: building all apps and libraries'
	@rm -rf dist
	@npm run --silent build
	@touch $@

clean:
	rm -rf dist coverage node_modules/.installed
