"""CloudFormation custom resource that upgrades the schema to the newest revision during a deployment.

The functions depend on the resource: CloudFormation deploys their new code only after the schema is upgraded, and a
failed migration fails the deployment. A rollback runs older code on a newer schema and does not change the schema:
every migration is compatible with the code of the previous version.
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
    """Upgrade the schema on create and update, keep the data on delete, and answer CloudFormation.

    Args:
        engine: returns the database's engine; its error is answered as a failure, too.
        event: the custom resource's event.
    """
    try:
        if event["RequestType"] != "Delete":
            _upgrade(engine())
        _answer(event, "SUCCESS", "the schema is up to date")
    except Exception as error:
        logger.exception("the migration failed")
        # The project's own errors are written for operators. Others may quote secrets.
        remedy = str(error) if isinstance(error, NotificationsError) else "the migration failed, see the migrator's log"
        _answer(event, "FAILED", f"{type(error).__name__}: {remedy}")
        raise


def _upgrade(engine: Engine) -> None:
    try:
        migrations.upgrade(engine)
    except migrations.NewerDatabase:
        logger.warning("the schema is newer than this code and stays unchanged", exc_info=True)


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
