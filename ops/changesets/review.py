"""Reads what `sam deploy --no-execute-changeset --output json` created, and keeps its ARN for the execution."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ops.changesets import changes
from ops.errors import ChangeSetFailed

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


def keep(sam_output: Path, artifact: Path) -> str | None:
    """Write the ARN of the created change set into the artifact, null if nothing changes.

    Returns:
        The ARN, or None if nothing changes.

    Raises:
        ChangeSetFailed: SAM created no change set, or said nothing about it.
    """
    # A change set of an earlier review must not be executed when this one fails.
    artifact.unlink(missing_ok=True)
    result = _result(sam_output)
    if result.get("status") not in {"changeset_created", "no_changes"}:
        cause = result.get("error", {}).get("message", f"its output {sam_output} ends without a result")
        raise ChangeSetFailed(f"SAM created no change set: {cause}")
    arn: str | None = result["changeset_id"] if result["status"] == "changeset_created" else None
    artifact.parent.mkdir(parents=True, exist_ok=True)
    artifact.write_text(json.dumps({"arn": arn}) + "\n")
    return arn


def kept(artifact: Path) -> str | None:
    """Return the ARN in the artifact, or None if nothing changes.

    Raises:
        ChangeSetFailed: the file does not exist, or is no such artifact.
    """
    try:
        arn: str | None = json.loads(artifact.read_text())["arn"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ChangeSetFailed(f"{artifact} names no change set. Create one with: make changeset") from error
    return arn


def summary(cloudformation: "CloudFormationClient", arn: str | None) -> str:
    """Return the list of changes for the reviewer."""
    if arn is None:
        return "No changes: the stack is up to date"
    found = changes.of(cloudformation, arn)
    return f"Change set {arn}\n{changes.listing(found)}"


def _result(sam_output: Path) -> dict[str, Any]:
    for line in reversed(sam_output.read_text().splitlines()):
        try:
            parsed = json.loads(line)
        except ValueError:
            continue
        if isinstance(parsed, dict) and parsed.get("type") == "result":
            return parsed
    return {}
