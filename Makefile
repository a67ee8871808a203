# What a person or a pipeline does here. Nothing but Python 3.13 and make is needed; the rest is installed into this folder.

PYTHON ?= python3.13
STAGE ?= default

BIN := .venv/bin
SITE := $(BIN)/python -m ops.site
LOCAL := @PYTHONPATH=layers/shared $(BIN)/python -m local
# For what is done to a deployed stack: the one on AWS that STACK names, otherwise the local one.
DEPLOYED = $(if $(STACK),@$(BIN)/python -m ops,$(LOCAL))
ON_STACK = $(if $(STACK),--stack "$(STACK)")
PYTEST := $(BIN)/pytest
SAM := PATH="$(CURDIR)/.local/tools/uv/bin:$$PATH" PYTHON="$(CURDIR)/$(BIN)/python" .local/tools/sam/bin/sam
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make requirements" .local/tools/uv/bin/uv pip compile --quiet --universal \
	--python-version 3.13 --generate-hashes --no-emit-index-url --no-emit-find-links --upgrade

.DEFAULT_GOAL := help
.PHONY: help install checks peers demo up down clean status user token logs report restored sam-local test test-unit \
	test-integration test-e2e test-template prove upgrade chaos openapi fuzz fuzz-api audit bench load leaks lint format \
	requirements site site-dev site-check screenshots site-publish build deploy

help: ## This list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

install: ## Install the tools: uv, the project's environment, SAM, MiniStack
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || \
		{ echo "error: $(PYTHON) is no Python 3.13; install one, or name it: make PYTHON=/path/to/python3.13" >&2; exit 1; }
	@$(PYTHON) -m tooling.install

checks: install ## Install what the checks need besides: checkov
	@$(PYTHON) -m tooling.install checks

peers: install ## Install what benchmarks compare with: Celery, Valkey, Django REST framework
	@$(PYTHON) -m tooling.install peers

# --- The stack on this machine ---

demo: install ## Bring everything up and send a mailing to 1,000 sample clients
	$(LOCAL) demo

up: install ## Bring everything up; PROVIDER_URL=http://... sends to that provider
	$(LOCAL) up

down: install ## Stop what is running; the data stays
	$(LOCAL) down

clean: install ## Stop what is running, and delete the data
	@for stack in $(wildcard .local/e2e/ .local/chaos/); do \
		PYTHONPATH=layers/shared LOCAL_DIR=$$stack $(BIN)/python -m local clean >/dev/null || exit 1; done
	$(LOCAL) clean
	@rm -rf .aws-sam

status: install ## Show what is running, and where
	$(LOCAL) status

user: install ## Add a user, or change a role: EMAIL=... ROLE=viewer|operator|admin; on AWS with STACK=notifications-prod
	$(DEPLOYED) user "$(EMAIL)" "$(ROLE)" $(ON_STACK)

token: install ## Print a token for the REST API
	$(LOCAL) token

logs: install ## Print the log lines about MAILING=7, MESSAGE=42 or CLIENT=79261234567; on AWS by id, STACK=... HOURS=24
	$(DEPLOYED) logs $(if $(MAILING),--mailing $(MAILING)) $(if $(MESSAGE),--message $(MESSAGE)) \
		$(if $(CLIENT),--client $(CLIENT)) $(if $(HOURS),--hours $(HOURS)) $(ON_STACK)

report: install ## Send today's report; on AWS with STACK=notifications-prod
	$(DEPLOYED) report $(ON_STACK)

restored: install ## After a restore, before anything is sent: AT=time of the copy; on AWS with STACK=notifications-prod
	$(DEPLOYED) restored "$(AT)" $(ON_STACK)

sam-local: install ## Run each function by sam local, over the stack of docker compose
	@set -a; [ ! -f .env ] || . ./.env; PYTHONPATH=layers/shared $(BIN)/python -m local sam-local

# --- Checks ---

test: checks ## All tests
	$(PYTEST) --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-unit: install ## What needs nothing but Python
	$(PYTEST) tests/unit

test-integration: install ## What needs a PostgreSQL
	$(PYTEST) tests/integration

test-template: checks ## The law of the template
	$(PYTEST) tests/template

test-e2e: install ## The whole stack, from the import to the delivery
	$(PYTEST) tests/e2e

prove: install ## The long form of the proofs: faults and kills at every point, hundreds of lives of messages
	FAULTS=all $(PYTEST) tests/integration/dispatcher
	KILLS=200 $(PYTEST) tests/integration/sender/test_kill.py
	PROVE=400 $(PYTEST) tests/integration/model

upgrade: install ## The version before at work while all migrations since go over MESSAGES=10000000 messages
	MESSAGES=$(or $(MESSAGES),10000000) $(PYTEST) tests/integration/upgrade

SEED ?= 1
SECONDS ?= 60
CLIENTS ?= 3000
chaos: install ## Break everything while a mailing runs, then do the accounts: SEED="1 2" SECONDS=60 CLIENTS=3000
	@PYTHONPATH=layers/shared:functions:. $(BIN)/python -m tests.chaos \
		--seed $(SEED) --seconds $(SECONDS) --clients $(CLIENTS)

lint: checks ## Style, types, imports, template
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	PYTHONPATH=layers/shared:functions:. $(BIN)/lint-imports
	$(PYTEST) --quiet tests/template

openapi: install ## Write docs/api/openapi.json anew
	PYTHONPATH=layers/shared:functions $(BIN)/python -m api.openapi > docs/api/openapi.json

fuzz-api: install ## schemathesis over the handler, with a database of its own
	POWERTOOLS_LOG_LEVEL=CRITICAL PYTHONPATH=layers/shared:functions:. $(BIN)/python -m tests.fuzz --max-examples 100

fuzz: fuzz-api ## Rubbish through every entry, FUZZ=1000 examples a test and new ones every time
	FUZZ="$(or $(FUZZ),1000)" $(PYTEST) --numprocesses 2 --dist loadfile tests/integration/fuzz

audit: install ## Look every locked package up among the known vulnerabilities
	@failed=0; for file in layers/shared/requirements.txt requirements/*.txt; do echo "$$file"; \
		.local/tools/uv/bin/uv run --isolated --no-project --with-requirements requirements/audit.txt \
			pip-audit --strict --require-hashes --disable-pip --requirement "$$file" || failed=1; done; \
	$(SITE) run audit || failed=1; exit $$failed

bench: peers ## Measure what the program promises; BENCH=plan measures one thing
	PYTHONPATH=layers/shared:functions:. $(BIN)/python -m benchmarks $(BENCH)

load: install ## 100 clients of the API while 20,000 messages go out, on a local stack of its own
	PYTHONPATH=layers/shared:functions:. $(BIN)/python -W ignore -m benchmarks.load

leaks: install ## Whether the functions keep memory, files or tasks over thousands of invocations
	PYTHONPATH=layers/shared:functions:. $(BIN)/python -W ignore -m benchmarks.leaks

format: install ## Put the code into its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

requirements: install ## Resolve all dependencies anew, with hashes
	$(COMPILE) pyproject.toml -o layers/shared/requirements.txt
	$(COMPILE) pyproject.toml --group dev -c layers/shared/requirements.txt -o requirements/dev.txt
	for group in uv sam ministack checkov node audit peers; do $(COMPILE) --group $$group -o requirements/$$group.txt || exit 1; done

# --- The admin site ---

site: install ## Build the admin site into admin_site/dist
	@$(SITE)

site-dev: install ## Work on the admin site, against the stack that runs here
	@$(SITE) run dev

screenshots: install ## Photograph the admin site that runs here into docs/admin; MAILING=7 is the one that is shown
	@$(BIN)/python -m tests.e2e.screenshots $(MAILING)

site-check: install ## Types, style and logic of the admin site
	@$(SITE) run typecheck
	@$(SITE) run lint
	@$(SITE) test

site-publish: site ## Publish the admin site on AWS; STACK is the stack's name
	@$(BIN)/python -m ops site --stack "$(STACK)"

# --- AWS ---

# Of the layer's compiled packages; the parameter of that name says the same of the functions.
ARCHITECTURE = $(shell $(PYTHON) -m ops.stages "$(STAGE)" Architecture)

build: install ## Build for AWS; STAGE is a section of samconfig.toml
	ARCHITECTURE="$(ARCHITECTURE)" $(SAM) build --config-env "$(STAGE)"

deploy: build ## Build and deploy to AWS; PARAMETERS=file.yaml adds to those of the stage
	$(SAM) deploy --config-env "$(STAGE)" $(DEPLOY_OPTIONS) \
		$(if $(PARAMETERS),--parameter-overrides $(shell $(PYTHON) -m ops.stages "$(STAGE)") file://$(PARAMETERS))
