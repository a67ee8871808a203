"""Cost of the libraries alone: the bare function with the settings, the database and one AWS client."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine, make_url, text

logger, metrics = Logger(service="libraries"), Metrics(namespace="libraries", service="libraries")


class Settings(BaseSettings):
    """Database URL."""

    database_secret_arn: str


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Create a client and run one query."""
    boto3.client("sqs")
    engine = create_engine(make_url(Settings().database_secret_arn).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        found = connection.execute(text("SELECT 1")).scalar_one()
    metrics.add_metric("Invocations", "Count", 1)
    logger.info("invoked", extra={"fields": len(event), "found": found})
    engine.dispose()
    return {}
