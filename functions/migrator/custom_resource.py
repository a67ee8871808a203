"""Answers CloudFormation for a custom resource: the result of its work, or the reason of its failure."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.request import Request, urlopen

from notifications.contracts.errors import NotificationsError
from notifications.contracts.observability import logger

ANSWER_TIMEOUT_SECONDS = 10


def answer(event: dict[str, Any], physical_id: str, work: Callable[[], Mapping[str, str]]) -> None:
    """Do the work of a custom resource and answer CloudFormation. A failure is answered, and raised again.

    Args:
        event: the custom resource's event.
        physical_id: id of the resource, always the same, so that CloudFormation never replaces it.
        work: returns the attributes of the resource.
    """
    try:
        _put(event, physical_id, {"Status": "SUCCESS", "Reason": "done", "Data": work()})
    except Exception as error:
        logger.exception("the custom resource failed", extra={"resource": event["LogicalResourceId"]})
        # The project's own errors are written for operators. Others may quote secrets.
        remedy = str(error) if isinstance(error, NotificationsError) else "see the migrator's log"
        _put(event, physical_id, {"Status": "FAILED", "Reason": f"{type(error).__name__}: {remedy}"})
        raise


def _put(event: dict[str, Any], physical_id: str, result: dict[str, Any]) -> None:
    names = ("StackId", "RequestId", "LogicalResourceId")
    body = {"PhysicalResourceId": physical_id, **{name: event[name] for name in names}, **result}
    # The address is CloudFormation's own, signed and sent to this function alone.
    request = Request(event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT")  # noqa: S310
    with urlopen(request, timeout=ANSWER_TIMEOUT_SECONDS):  # noqa: S310
        pass
