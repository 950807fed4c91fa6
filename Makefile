# Every command a person needs. Each installs what it is missing by itself, and says so.
# What a target does is written in tools/, not here.

.DEFAULT_GOAL := help
.PHONY: help demo down test check format component image release cut bench fuzz docs install

WITH := bash tools/setup/with.sh
HOST := $(or $(FOR),own)

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: ## build everything, start a Kubernetes API server and a Postgres, and play the talk's statements
	@$(WITH) node rust go postgres -- tools/demo/up.ts

down: ## stop what make demo started
	@$(WITH) node -- tools/demo/down.ts

test: ## run every suite; ends with "N passed, N failed"
	@$(WITH) node rust go postgres cron lint container -- tools/test/main.ts

check: ## types, lint, format, unit tests and tests of the pages' texts, in seconds
	@$(WITH) node -- tools/test/main.ts types lint format unit docs

format: ## format the TypeScript
	@$(WITH) node -- node_modules/prettier/bin/prettier.cjs --write --log-level warn '**/*.{ts,js,mjs}'

component: ## build dist/k8s_fdw.wasm
	@$(WITH) node rust -- tools/build/main.ts component
	@echo '==> dist/k8s_fdw.wasm is built'

image: component ## build the container image k8s_fdw: make image [POSTGRES=18] [FOR=wrappers]
	docker build --tag k8s_fdw --build-arg POSTGRES=$(or $(POSTGRES),17) --build-arg FOR=$(HOST) .

release: ## build all files of a release into dist/release
	@$(WITH) node rust -- tools/release/main.ts build

cut: ## make a version of what is unreleased: make cut VERSION=0.2.0
	@$(if $(VERSION),,echo 'make cut VERSION=X.Y.Z' >&2; exit 2)
	@$(WITH) node -- tools/node/node_modules/npm/bin/npm-cli.js version $(VERSION) --no-git-tag-version --allow-same-version
	sed -i "s/^## \[Unreleased\]/&\n\n## [$(VERSION)] - $$(date -I)/" CHANGELOG.md
	@UPDATE=1 $(WITH) node -- node_modules/vitest/vitest.mjs run --project docs changelog versions
	sh sql/record.sh

bench: ## compare with other engines, a wrapper in Rust and kubectl: make bench [BENCH='--quick' or '--publish']
	@$(WITH) node rust go postgres jq -- bench/main.ts $(BENCH)

fuzz: component ## compare random paths with client-go's: make fuzz SECONDS=600 SEED=7
	@$(WITH) node go -- test/fuzz/main.ts --seconds $(or $(SECONDS),60) --seed $(or $(SEED),1)

docs: ## build the documentation site to dist/site; make docs SERVE=1 shows it on this machine
	@$(WITH) node site -- tools/site/node_modules/vitepress/bin/vitepress.js $(if $(SERVE),dev,build) tools/site

install: ## install k8s_fdw into a Postgres of yours, 15 to 18: make install PG_CONFIG=/path/to/pg_config [FOR=wrappers]
	@$(if $(PG_CONFIG),,echo 'make install PG_CONFIG=/path/to/pg_config' >&2; exit 2)
	@CHECK=1 FOR=$(HOST) sh sql/install.sh "$(PG_CONFIG)"
	@$(WITH) node rust postgres -- tools/build/main.ts component $(if $(filter own,$(HOST)),library)
	@FOR=$(HOST) sh sql/install.sh "$(PG_CONFIG)"

# PG_CONFIG also chooses the Postgres that the demo and the tests copy.
export PG_CONFIG
