# Commands for people and the pipeline. They need Python 3.13 and make; everything else is installed into this folder.

PYTHON ?= python3.13
STAGE ?= default

BIN := .venv/bin
SITE := $(BIN)/python -m ops.site
LOCAL = $(if $(STACK),$(error this command is for the local stack: leave out STACK=$(STACK)))@PYTHONPATH=layers/shared $(BIN)/python -m local
OPS = $(if $(STACK),,$(error give STACK=..., the name of a stack on AWS))@PYTHONPATH=layers/shared $(BIN)/python -m ops
# Commands for a deployed stack: the one on AWS that STACK names, otherwise the local one.
DEPLOYED = $(if $(STACK),$(OPS),$(LOCAL))
FIRST_PHONE = $(if $(PHONE),--phone "$(PHONE)")
ON_STACK = $(if $(STACK),--stack "$(STACK)")
PYTEST := $(BIN)/pytest
SAM := PATH="$(CURDIR)/.local/tools/uv/bin:$$PATH" PYTHON="$(CURDIR)/$(BIN)/python" .local/tools/sam/bin/sam
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make requirements" .local/tools/uv/bin/uv pip compile --quiet --universal \
	--python-version 3.13 --generate-hashes --no-emit-index-url --no-emit-find-links --upgrade

.DEFAULT_GOAL := help
.PHONY: help install checks peers demo up down clean status user machine machines machine-revoke token logs report \
	verify restored sam-local test test-unit test-integration test-template test-e2e prove limits upgrade chaos \
	lint openapi client fuzz-api fuzz audit bench load leaks format requirements site site-dev screenshots \
	site-check site-publish site-files sync verify-aws build deploy changeset execute deploy-role

help: ## Show this list
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

install: ## Install the tools: uv, the project's environment, SAM, MiniStack
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null || \
		{ echo "error: $(PYTHON) is not Python 3.13. Install it, or give its path: make PYTHON=/path/to/python3.13" >&2; exit 1; }
	@$(PYTHON) -m tooling.install

checks: install ## Install checkov as well, which the checks need
	@$(PYTHON) -m tooling.install checks

peers: install ## Install the software that benchmarks compare with: Celery, Valkey, Django REST framework
	@$(PYTHON) -m tooling.install peers

# --- The stack on this machine ---

demo: install ## Start the stack and send a mailing to 1,000 sample clients
	$(LOCAL) demo

up: install ## Start the stack; PROVIDER_URL=http://... PROVIDER_TOKEN=... sends to that provider, with PROVIDER_CA=file.pem and PROVIDER_PROXY=http://... if it needs them; PROVIDERS=file.yaml sends to several
	$(LOCAL) up

down: install ## Stop the stack; the data stays
	$(LOCAL) down

clean: install ## Stop the stack and delete its data
	@for stack in $(wildcard .local/e2e/ .local/chaos/); do \
		PYTHONPATH=layers/shared LOCAL_DIR=$$stack $(BIN)/python -m local clean >/dev/null || exit 1; done
	$(LOCAL) clean
	@rm -rf .aws-sam

status: install ## Show what is running, and its addresses
	$(LOCAL) status

user: install ## Add a user, or change a role: EMAIL=... ROLE=viewer|operator|admin; on AWS with STACK=notifications-prod
	$(DEPLOYED) user "$(EMAIL)" "$(ROLE)" $(ON_STACK)

machine: install ## Make a client of the API for a program: NAME=... ROLE=viewer|operator|admin; on AWS with STACK=notifications-prod
	$(DEPLOYED) machine "$(NAME)" "$(ROLE)" $(ON_STACK)

machines: install ## List the clients of programs; on AWS with STACK=notifications-prod
	$(DEPLOYED) machines $(ON_STACK)

machine-revoke: install ## Revoke all clients of the program NAME=..., or one by ID=...; on AWS with STACK=notifications-prod
	$(DEPLOYED) machine-revoke --name "$(NAME)" --id "$(ID)" $(ON_STACK)

token: install ## Print a token for the REST API
	$(LOCAL) token

logs: install ## Print the log lines about MAILING=7, MESSAGE=42 or CLIENT=79261234567; on AWS by id, STACK=... HOURS=24
	$(DEPLOYED) logs $(if $(MAILING),--mailing $(MAILING)) $(if $(MESSAGE),--message $(MESSAGE)) \
		$(if $(CLIENT),--client $(CLIENT)) $(if $(HOURS),--hours $(HOURS)) $(ON_STACK)

report: install ## Send today's report; on AWS with STACK=notifications-prod
	$(DEPLOYED) report $(ON_STACK)

verify: install ## Check the running stack by a mailing to ten clients; PHONE=79450000000 is the first of ten
	$(LOCAL) verify $(FIRST_PHONE)

restored: install ## Hold sends of a restored database, before anything is sent: AT=time of the copy; on AWS with STACK=notifications-prod
	$(DEPLOYED) restored "$(AT)" $(ON_STACK)

sam-local: install ## Run each function by sam local, on the stack of docker compose
	@set -a; [ ! -f .env ] || . ./.env; PYTHONPATH=layers/shared $(BIN)/python -m local sam-local

# --- Checks ---

test: checks ## Run all tests
	$(PYTEST) --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-unit: install ## Run the tests that need only Python
	$(PYTEST) tests/unit

test-integration: install ## Run the tests that need PostgreSQL
	$(PYTEST) tests/integration

test-template: checks ## Check the templates against the rules of the project
	$(PYTEST) tests/template

test-e2e: install ## Test the whole stack, from the import to the delivery
	$(PYTEST) tests/e2e

prove: install ## Run the long form of the proofs: faults and kills at every point, hundreds of message lives
	FAULTS=all $(PYTEST) tests/integration/dispatcher
	KILLS=200 $(PYTEST) tests/integration/sender/test_kill.py
	OUTAGE=45 $(PYTEST) tests/integration/sender/test_failover.py
	RATES=all $(PYTEST) tests/integration/notifications/messages/test_rates.py
	PROVE=400 $(PYTEST) tests/integration/model

limits: install ## Print the rate limiter's figures with simulated providers: capacity used, throttled calls, recovery
	@PYTHONPATH=layers/shared:functions:. $(BIN)/python -m tests.support.providers

upgrade: install ## Run the deployed version while all newer migrations are applied to MESSAGES=10000000 messages
	MESSAGES=$(or $(MESSAGES),10000000) $(PYTEST) tests/integration/upgrade

SEED ?= 1
SECONDS ?= 60
CLIENTS ?= 3000
chaos: install ## Break everything while a mailing runs, then check every message: SEED="1 2" SECONDS=60 CLIENTS=3000
	@PYTHONPATH=layers/shared:functions:. $(BIN)/python -m tests.chaos \
		--seed $(SEED) --seconds $(SECONDS) --clients $(CLIENTS)

lint: checks ## Check style, types, imports and templates
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	PYTHONPATH=layers/shared:functions:. $(BIN)/lint-imports
	$(PYTEST) --quiet tests/template

openapi: install ## Write docs/api/openapi.json
	PYTHONPATH=layers/shared:functions $(BIN)/python -m api.openapi > docs/api/openapi.json

client: install ## Generate a Python client of the API into FOLDER=.local/client
	@$(BIN)/python -m tooling.api_client "$(FOLDER)"

fuzz-api: install ## Run schemathesis against the API, with a database of its own
	POWERTOOLS_LOG_LEVEL=CRITICAL PYTHONPATH=layers/shared:functions:. $(BIN)/python -m tests.fuzz --max-examples 100

fuzz: fuzz-api ## Fuzz every entry point, with FUZZ=1000 new examples a test
	FUZZ="$(or $(FUZZ),1000)" $(PYTEST) --numprocesses 2 --dist loadfile tests/integration/fuzz

audit: install ## Check all locked packages for known vulnerabilities
	@failed=0; for file in layers/shared/requirements.txt requirements/*.txt; do echo "$$file"; \
		.local/tools/uv/bin/uv run --isolated --no-project --with-requirements requirements/audit.txt \
			pip-audit --strict --require-hashes --disable-pip --requirement "$$file" || failed=1; done; \
	$(SITE) run audit || failed=1; exit $$failed

bench: peers ## Run the benchmarks; BENCH=plan runs one
	PYTHONPATH=layers/shared:functions:. $(BIN)/python -m benchmarks $(BENCH)

load: install ## Measure 100 callers of the API while 20,000 messages are sent, on a local stack of its own
	PYTHONPATH=layers/shared:functions:. $(BIN)/python -W ignore -m benchmarks.load

leaks: install ## Check that functions keep no memory, files or tasks over thousands of invocations
	PYTHONPATH=layers/shared:functions:. $(BIN)/python -W ignore -m benchmarks.leaks

format: install ## Format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

requirements: install ## Resolve all dependencies and write them with hashes
	$(COMPILE) pyproject.toml -o layers/shared/requirements.txt
	$(COMPILE) pyproject.toml --group dev -c layers/shared/requirements.txt -o requirements/dev.txt
	for group in uv sam ministack checkov node audit peers; do $(COMPILE) --group $$group -o requirements/$$group.txt || exit 1; done

# --- The admin site ---

site: install ## Build the admin site into admin_site/dist
	@$(SITE)

site-dev: install ## Run the development server of the admin site, against the running stack
	@$(SITE) run dev

screenshots: install ## Take the pictures in docs/admin from the running stack; MAILING=7 shows that mailing
	@$(BIN)/python -m tests.e2e.screenshots $(MAILING)

site-check: install ## Check types, style and logic of the admin site
	@$(SITE) run typecheck
	@$(SITE) run lint
	@$(SITE) test

site-publish: site ## Publish the admin site on AWS; STACK is the stack's name
	$(OPS) site --stack "$(STACK)"

site-files: site ## Copy the admin site for a stack on AWS into FOLDER=.local/site/STACK, to be served from another host
	$(OPS) site-files "$(or $(FOLDER),.local/site/$(STACK))" --stack "$(STACK)"

# --- AWS ---

sync: install ## Upload the functions whose code has changed to STACK=..., without a deployment, for development only
	$(OPS) sync --stack "$(STACK)"

verify-aws: install ## Check a stack on AWS by a mailing to ten clients: STACK=..., PHONE=79450000000 as the first of ten, SIMULATOR=http://...
	$(OPS) verify --stack "$(STACK)" $(FIRST_PHONE) $(if $(SIMULATOR),--simulator "$(SIMULATOR)")

# Processor architecture of the layer's packages. The template's parameter of this name sets that of the functions.
ARCHITECTURE = $(shell $(PYTHON) -m ops.stages "$(STAGE)" Architecture)

build: install ## Build for AWS; STAGE is a section of samconfig.toml
	@test -n "$(ARCHITECTURE)"
	ARCHITECTURE="$(ARCHITECTURE)" $(SAM) build --config-env "$(STAGE)"

# The parameters of the stage, which --parameter-overrides would replace, and those of the file.
OVERRIDES = $(if $(PARAMETERS),--parameter-overrides $(shell $(PYTHON) -m ops.stages "$(STAGE)") file://$(PARAMETERS))

deploy: build ## Build and deploy to AWS; PARAMETERS=file.yaml adds parameters to those of the stage
	$(SAM) deploy --config-env "$(STAGE)" $(OVERRIDES)

# File with the ARN of the reviewed change set, which `make execute` takes.
CHANGESET ?= .local/changeset.json

changeset: build ## Build, create a change set without executing it, and print its changes: STAGE=... PARAMETERS=...
	@$(SAM) deploy --config-env "$(STAGE)" $(OVERRIDES) --no-confirm-changeset --no-execute-changeset --output json \
		> .local/sam-deploy.jsonl; PYTHONPATH=layers/shared $(BIN)/python -m ops changeset .local/sam-deploy.jsonl "$(CHANGESET)"

execute: install ## Execute the change set of `make changeset`, and wait until the stack is up to date
	@PYTHONPATH=layers/shared $(BIN)/python -m ops execute "$(CHANGESET)"

# samconfig.toml has no such section, so that no setting of a stage applies. --resolve-s3 creates the bucket that the role uses.
deploy-role: install ## Deploy a pipeline's role: STACK=notifications-prod OIDC=gitlab.com SUBJECTS=... ZONE=id of the hosted zone
	$(SAM) deploy --config-env deploy-role --template-file infrastructure/deploy-role.yaml --stack-name "deploy-$(STACK)" \
		--capabilities CAPABILITY_NAMED_IAM --resolve-s3 --confirm-changeset --no-fail-on-empty-changeset \
		--parameter-overrides Stack="$(STACK)" OidcProvider="$(OIDC)" Subjects="$(SUBJECTS)" $(if $(ZONE),ApiHostedZoneId="$(ZONE)")
