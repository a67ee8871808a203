"""CloudFormation custom resource that brings the schema to its newest revision during a deployment.

CloudFormation waits for the answer, and the functions depend on the resource: they take new code only after the
schema is there, and a migration that fails fails the deployment. A deployment that is rolled back brings older code
back to a newer schema, which it leaves alone: every migration leaves the code before it working.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

from sqlalchemy import Engine

from notifications.contracts.errors import NotificationsError
from notifications.contracts.observability import logger
from notifications.database import migrations

ANSWER_TIMEOUT_SECONDS = 10


def follow_deployment(engine: Callable[[], Engine], event: dict[str, Any]) -> None:
    """Upgrade the schema on create and update, leave the data alone on delete, and answer CloudFormation.

    Args:
        engine: gives the database's engine; if it raises, that is answered too.
        event: the custom resource's event.
    """
    try:
        if event["RequestType"] != "Delete":
            _upgrade(engine())
        _answer(event, "SUCCESS", "the schema is up to date")
    except Exception as error:
        logger.exception("the migration failed")
        # Errors of the project's own are written for who deploys; others may name what is nobody's business.
        remedy = str(error) if isinstance(error, NotificationsError) else "the migration failed, see the migrator's log"
        _answer(event, "FAILED", f"{type(error).__name__}: {remedy}")
        raise


def _upgrade(engine: Engine) -> None:
    try:
        migrations.upgrade(engine)
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
