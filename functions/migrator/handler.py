"""Entry point of the migrator: two custom resources of the deployment, and a tool after a restore.

After a restore an operator invokes it with `{"restored_from": "2026-11-23T10:00:00Z"}` (docs/runbook.md).
"""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from migrator.accepted_clients import follow_clients
from migrator.bootstrap import Collaborators, from_environment
from migrator.deployment import follow_deployment
from migrator.restoration import Restored, follow_restore
from notifications.contracts.observability import logger

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any] | None]


def build_handler(collaborators: Collaborators) -> Handler:
    """Build the handler of the three events."""

    @logger.inject_lambda_context
    def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any] | None:
        """Answer CloudFormation's request for a custom resource; for an event after a restore, return what was done."""
        match event.get("ResourceType"):
            case "Custom::Schema":
                follow_deployment(collaborators.engine, event)
                return None
            case "Custom::AcceptedClients":
                follow_clients(collaborators.cognito, event)
                return None
        restored = Restored.model_validate(event)
        return follow_restore(collaborators, restored)

    return handler


handler = build_handler(from_environment())
