"""Powertools with all that is used of it here: events with validation, logs, metrics, a secret; no database."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

logger, metrics = Logger(service="utilities"), Metrics(namespace="utilities", service="utilities")
app = APIGatewayHttpResolver(enable_validation=True)


class Page(BaseModel):
    """Page of an answer."""

    items: list[str]


@app.get("/api/v1/client/")
def read_page() -> Page:
    """Return an empty page."""
    return Page(items=[])


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Read a secret and answer."""
    secret = str(parameters.get_secret(os.environ["DATABASE_SECRET_ARN"]))
    metrics.add_metric("Invocations", "Count", 1)
    logger.info("invoked", extra={"fields": len(event), "secret": len(secret)})
    return app.resolve(event, context)
