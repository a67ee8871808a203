"""Lists the changes of a change set, those that delete or replace a resource first."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ResourceChangeTypeDef


class Action(StrEnum):
    """Action on a resource, in the order of the list."""

    DELETE = "delete"
    REPLACE = "replace"
    MAY_REPLACE = "may replace"
    MODIFY = "modify"
    ADD = "add"
    IMPORT = "import"
    UNKNOWN = "not known yet"


_ACTIONS = {
    "Add": Action.ADD,
    "Modify": Action.MODIFY,
    "SyncWithActual": Action.MODIFY,
    "Remove": Action.DELETE,
    "Import": Action.IMPORT,
    "Dynamic": Action.UNKNOWN,
}
_REPLACEMENTS = {"True": Action.REPLACE, "Conditional": Action.MAY_REPLACE}


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one resource.

    Attributes:
        resource: the logical id in the template.
        kind: the resource's type.
        properties: names of the changed properties and attributes, in alphabetical order.
    """

    action: Action
    resource: str
    kind: str
    properties: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the line of the list."""
        return f"  {self.action:<13} {self.resource:<36} {self.kind}  {', '.join(self.properties)}".rstrip()


def of(cloudformation: "CloudFormationClient", arn: str) -> list[Change]:
    """Return the changes of the change set with this ARN, in the order in which they are listed."""
    pages = cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=arn)
    found = [_change(each["ResourceChange"]) for page in pages for each in page["Changes"] if "ResourceChange" in each]
    order = list(Action)
    return sorted(found, key=lambda change: (order.index(change.action), change.resource))


def listing(changes: "Iterable[Change]") -> str:
    """Return the list of changes with one line for each."""
    return "\n".join(map(str, changes)) or "  only outputs, parameters or tags change"


def _change(resource: "ResourceChangeTypeDef") -> Change:
    action = _REPLACEMENTS.get(resource.get("Replacement", ""), _ACTIONS[resource["Action"]])
    targets = [detail["Target"] for detail in resource.get("Details", [])]
    names = {target.get("Name") or target["Attribute"] for target in targets}
    return Change(action, resource["LogicalResourceId"], resource["ResourceType"], tuple(sorted(names)))
