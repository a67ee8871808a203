"""Minimal function with Powertools."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

logger, metrics = Logger(service="bare"), Metrics(namespace="bare", service="bare")


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Count and log the invocation."""
    metrics.add_metric("Invocations", "Count", 1)
    logger.info("invoked", extra={"fields": len(event)})
    return {}
