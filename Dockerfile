# The project with its tools, for docker-compose.yml: MiniStack, the provider simulator, the deployment, the tests.
FROM python:3.13-slim

# `sam build` calls make, and people call curl.
RUN apt-get update && apt-get install --yes --no-install-recommends curl make && rm -rf /var/lib/apt/lists/*

WORKDIR /notifications
# First what the tools are installed from, so that a change of code does not install them anew.
COPY requirements requirements
COPY tooling tooling
RUN python3.13 -m tooling.install checks node

COPY . .
ENV PATH=/notifications/.venv/bin:$PATH PYTHONPATH=layers/shared PYTHONUNBUFFERED=1
# The admin site is built here, so that neither the stack nor the tests need the network for it.
RUN python -m ops.site
