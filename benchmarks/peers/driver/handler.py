"""Minimal function with Powertools and a database: the bare one with PostgreSQL's driver alone."""

import os
from typing import Any

import psycopg
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

logger, metrics = Logger(service="driver"), Metrics(namespace="driver", service="driver")


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Run one query."""
    with psycopg.connect(os.environ["DATABASE_SECRET_ARN"]) as connection:
        found = connection.execute("SELECT 1").fetchone()
    metrics.add_metric("Invocations", "Count", 1)
    logger.info("invoked", extra={"fields": len(event), "found": found})
    return {}
