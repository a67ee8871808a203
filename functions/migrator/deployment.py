"""CloudFormation custom resource that upgrades the schema to the newest revision during a deployment.

The functions depend on the resource: CloudFormation deploys their new code only after the schema is upgraded, and a
failed migration fails the deployment. A rollback runs older code on a newer schema and does not change the schema:
every migration is compatible with the code of the previous version.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from migrator.custom_resource import answer
from notifications.contracts.observability import logger
from notifications.database import migrations


def follow_deployment(engine: Callable[[], Engine], event: dict[str, Any]) -> None:
    """Upgrade the schema on create and update, keep the data on delete, and answer CloudFormation.

    Args:
        engine: returns the database's engine; its error is answered as a failure, too.
        event: the custom resource's event.
    """

    def work() -> dict[str, str]:
        if event["RequestType"] != "Delete":
            _upgrade(engine())
        return {}

    answer(event, "schema", work)


def _upgrade(engine: Engine) -> None:
    try:
        migrations.upgrade(engine)
    except migrations.NewerDatabase:
        logger.warning("the schema is newer than this code and stays unchanged", exc_info=True)
