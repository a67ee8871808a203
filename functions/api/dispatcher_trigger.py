"""Starts the dispatcher at once, so that a changed mailing does not wait for the next tick."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from notifications.contracts.observability import logger
from notifications.database import dispatcher_runs
from notifications.database.engine import autocommitting

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_PAYLOAD = json.dumps(dispatcher_runs.CHANGE_EVENT).encode()


def trigger_dispatcher(
    engine: Engine, client: Callable[[], "LambdaClient"], function_name: str, *, now: datetime
) -> None:
    """Start a run without waiting for it, unless an earlier change has started one that has not begun yet.

    A failure is only logged: the schedule's tick does the work within a minute. The mark of an invocation that failed
    stays, so that further changes do not wait for Lambda in vain.

    Args:
        client: returns the Lambda client.
    """
    try:
        with autocommitting(engine).connect() as connection:
            is_wanted = dispatcher_runs.mark(connection, now=now)
        if is_wanted:
            client().invoke(FunctionName=function_name, InvocationType="Event", Payload=_PAYLOAD)
    except (SQLAlchemyError, BotoCoreError, ClientError):
        logger.exception("Could not trigger the dispatcher. Its next tick, within a minute, does the work.")
