"""CloudFormation custom resource that checks the list of providers and upgrades the schema during a deployment.

The functions depend on the resource: CloudFormation deploys their new code only after the schema is upgraded, and a
failed migration fails the deployment. A rollback runs older code on a newer schema and does not change the schema:
every migration is compatible with the code of the previous version.

The resource's attribute `Digest` is a hash of its property `Configuration`. Versions of the functions contain it, so
that a changed parameter publishes a new one (docs/decisions/0063-identity-of-a-version.md).
"""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine

from migrator.custom_resource import answer
from notifications.contracts.metrics import Metric
from notifications.contracts.observability import logger, send_metric
from notifications.database import migrations
from notifications.providers.catalog import BadCatalog
from notifications.providers.catalog.parsing import parse_catalog

DIGEST_CHARACTERS = 16
# The creation of a stack counts as the first tick and report: alarms on missing ones wait until the next are due.
FIRST_HEARTBEATS = {Metric.TICKS: "dispatcher", Metric.REPORT_SENT: "reporter"}


def follow_deployment(engine: Callable[[], Engine], event: dict[str, Any]) -> None:
    """Upgrade the schema on create and update, keep the data on delete, and answer CloudFormation.

    Args:
        engine: returns the database's engine; its error is answered as a failure, too.
        event: the custom resource's event.
    """

    def work() -> dict[str, str]:
        if event["RequestType"] != "Delete":
            _check_providers(event["ResourceProperties"])
            _upgrade(engine())
        if event["RequestType"] == "Create":
            _send_first_heartbeats()
        # An older template, to which a deployment may be rolled back, has no configuration.
        return {"Digest": digest(event["ResourceProperties"].get("Configuration"))}

    answer(event, "schema", work)


def _check_providers(given: dict[str, Any]) -> None:
    """Check the list of providers, if there is one.

    Raises:
        BadCatalog: it cannot be used, or names a secret that the sender may not read. The deployment is rolled back.
    """
    # An older template, to which a deployment may be rolled back, has no list.
    if text := given.get("Providers"):
        unreadable = sorted(parse_catalog(text).secrets - set(given["ProviderSecrets"]))
        if unreadable:
            raise BadCatalog([f"Add to ProviderSecrets: {arn}" for arn in unreadable])


def _upgrade(engine: Engine) -> None:
    try:
        migrations.upgrade(engine)
    except migrations.NewerDatabase:
        logger.warning("the schema is newer than this code and stays unchanged", exc_info=True)


def _send_first_heartbeats() -> None:
    for metric, service in FIRST_HEARTBEATS.items():
        send_metric(metric, 1, service=service)


def digest(configuration: Any) -> str:
    """Return a hash of the configuration, which does not depend on the order of its keys."""
    return sha256(json.dumps(configuration, sort_keys=True).encode()).hexdigest()[:DIGEST_CHARACTERS]
