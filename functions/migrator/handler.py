"""Moves the database to the newest schema during a deployment, as a CloudFormation custom resource.

CloudFormation waits for the answer, and the functions depend on the resource: they take new code only after the
schema is there, and a migration that fails fails the deployment. A deployment that is rolled back brings older code
back to a newer schema, which it leaves alone: every migration leaves the code before it working.
"""

import json
from typing import Any
from urllib.request import Request, urlopen

from aws_lambda_powertools.utilities.typing import LambdaContext

from notifications import migrations
from notifications.database import engine
from notifications.observability import logger
from notifications.settings import DatabaseSettings

ANSWER_TIMEOUT_SECONDS = 10


@logger.inject_lambda_context
def handler(event: dict[str, Any], _: LambdaContext) -> None:
    """Upgrade on create and update; leave the data alone on delete."""
    try:
        if event["RequestType"] != "Delete":
            _upgrade()
        _answer(event, "SUCCESS", "the schema is up to date")
    except Exception as error:
        logger.exception("the migration failed")
        _answer(event, "FAILED", f"{type(error).__name__}: the migration failed, see the log of the migrator")
        raise


def _upgrade() -> None:
    try:
        migrations.upgrade(engine(DatabaseSettings().resolve_database_url()))
    except migrations.FromTheFuture:
        logger.warning("the schema is newer than this code, and stays", exc_info=True)


def _answer(event: dict[str, Any], status: str, reason: str) -> None:
    body = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": "schema",
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    # The address is CloudFormation's own, signed and sent to this function alone.
    request = Request(event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310
    with urlopen(request, timeout=ANSWER_TIMEOUT_SECONDS):  # noqa: S310
        pass
