"""What is done to the database as a whole: moved to the newest schema, and made safe after a restore.

The schema moves during a deployment, of which this function is a CloudFormation custom resource.

CloudFormation waits for the answer, and the functions depend on the resource: they take new code only after the
schema is there, and a migration that fails fails the deployment. A deployment that is rolled back brings older code
back to a newer schema, which it leaves alone: every migration leaves the code before it working.

After a restore an operator invokes it with `{"restored_from": "2026-11-23T10:00:00Z"}` (docs/runbook.md).
"""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, BaseModel

from notifications.contracts.metrics import Metric
from notifications.contracts.observability import add_metric, logger, metrics
from notifications.contracts.settings import DatabaseSettings
from notifications.database import migrations, sessions
from notifications.database.engine import engine
from notifications.mailings import restore

ANSWER_TIMEOUT_SECONDS = 10


class Restored(BaseModel):
    """The event after a restore: when the copy was made that the database was restored from."""

    restored_from: AwareDatetime


@logger.inject_lambda_context
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any] | None:
    """Answer CloudFormation, or hold back what a restored database would send again and give what that was."""
    if "RequestType" in event:
        _follow_deployment(event)
        return None
    return _hold_back(Restored.model_validate(event))


def _hold_back(restored: Restored) -> dict[str, Any]:
    database = engine(DatabaseSettings().resolve_database_url(), sessions.MIGRATOR)
    with database.begin() as connection:
        doubt = restore.hold_back(
            connection, restored_from=restored.restored_from.astimezone(UTC), now=datetime.now(UTC)
        )
    logger.warning("held back after a restore", extra=doubt._asdict())
    add_metric(Metric.UNKNOWN, doubt.unknown)
    metrics.flush_metrics()
    return doubt._asdict()


def _follow_deployment(event: dict[str, Any]) -> None:
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
        migrations.upgrade(engine(DatabaseSettings().resolve_database_url(), sessions.MIGRATOR))
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
