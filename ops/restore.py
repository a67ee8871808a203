"""Prepares a database restored from a copy: no message is sent twice, and erased people stay so (`docs/runbook.md`)."""

import json
from typing import TYPE_CHECKING, TypedDict

import boto3
from botocore.config import Config

from ops import stack
from ops.errors import NotHeldBack

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# Longer than the migrator's own timeout.
TIMEOUT_SECONDS = 330


class Held(TypedDict):
    """Ids of the paused mailings, numbers of messages and test sends that may have been sent, and of erased people."""

    mailings: list[int]
    unknown: int
    test_sends: int
    erased: int


def hold_back(stack_name: str, copied_at: str) -> Held:
    """Pause the mailings that may have sent messages since the copy was made, so that nothing is sent a second time.

    People whose data was erased after the copy are erased from it, too.

    Args:
        stack_name: the stack whose database was restored.
        copied_at: when the copy was made, in ISO 8601 with an offset from UTC.

    Raises:
        NotHeldBack: the migrator failed, and no mailing was paused.
    """
    config = Config(read_timeout=TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
    functions: LambdaClient = boto3.client("lambda", config=config)
    migrator = stack.physical_id(stack_name, "MigratorFunction")
    answer = functions.invoke(FunctionName=migrator, Payload=json.dumps({"restored_from": copied_at}))
    body = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise NotHeldBack(
            f"no mailing was paused, because the migrator failed: {body}. Start no function before this has succeeded: "
            f"read the log of {migrator}, then run this again"
        )
    held: Held = json.loads(body)
    return held


def summary(held: Held) -> str:
    """Describe the paused mailings, and name the page with the next steps."""
    return (
        f"Paused {len(held['mailings'])} mailings {held['mailings']}. {held['unknown']} of their messages and "
        f"{held['test_sends']} test sends may have been sent already. {held['erased']} people were erased again. "
        "Next steps: docs/runbook.md, Restore."
    )
