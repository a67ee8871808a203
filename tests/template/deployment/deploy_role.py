"""The template of the pipeline's role with its parameters filled in, and AWS's own lists of permissions."""

import json
import re
from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from samtranslator.yaml_helper import yaml_parse

from tests.template.conftest import as_list
from tooling.paths import ROOT

type Statement = dict[str, Any]

# The longest values, since AWS limits the length of a policy.
VALUES = {
    "Stack": "notifications-production",
    "OidcProvider": "gitlab.example.org",
    "ApiHostedZoneId": "Z0123456789ABCDEFGHIJ",
    "AWS::Partition": "aws-us-gov",
    "AWS::Region": "ap-southeast-1",
    "AWS::AccountId": "123456789012",
    "Boundary": "arn:aws-us-gov:iam::123456789012:policy/deploy-notifications-production-boundary",
}
STACK = VALUES["Stack"]
SUBJECTS = ["repo:team/notifications:environment:prod-review", "repo:team/notifications:environment:prod"]


@cache
def template() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((ROOT / "infrastructure/deploy-role.yaml").read_text())
    return parsed


def policies() -> dict[str, list[Statement]]:
    """Return the statements of each managed policy, the boundary included."""
    return {
        name: [resolved(each) for each in resource["Properties"]["PolicyDocument"]["Statement"]]
        for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::IAM::ManagedPolicy"
    }


def statements() -> list[Statement]:
    """Return the statements of the role."""
    return [each for name, found in policies().items() if name != "Boundary" for each in found]


def actions(*found: Statement) -> set[str]:
    return {action for statement in found for action in as_list(statement["Action"])}


def resolved(node: Any) -> Any:
    """Return a part of the template with all intrinsic functions replaced by their values."""
    value: Any
    match node:
        case {"Ref": name}:
            value = SUBJECTS if name == "Subjects" else VALUES[name]
        case {"Fn::If": [_, chosen, _]}:
            value = resolved(chosen)
        case {"Fn::Join": [separator, parts]}:
            value = separator.join(resolved(parts))
        case {"Fn::Sub": [text, values]}:
            value = substituted(text, {**VALUES, **resolved(values)})
        case {"Fn::Sub": text}:
            value = substituted(text, VALUES)
        case dict():
            value = {key: resolved(each) for key, each in node.items()}
        case list():
            value = [resolved(each) for each in node]
        case _:
            value = node
    return value


def substituted(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{([\w:]+)\}", lambda found: values[found[1]], text)


@cache
def services() -> dict[str, Any]:
    """Return AWS's list of the actions of each service, with the types of resources that limit them."""
    listed: dict[str, Any] = json.loads((files("cfnlint") / "data/AdditionalSpecs/Policies.json").read_text())
    return listed


def known(action: str) -> bool:
    """Return True if IAM knows the action: handlers also name some that it does not."""
    service, _, name = action.partition(":")
    return name.lower() in services().get(service, {}).get("Actions", {})


def formats(action: str) -> list[re.Pattern[str]]:
    """Return patterns of the ARNs that limit the action; none if it has no resource."""
    service, _, name = action.partition(":")
    types = services()[service]["Actions"][name.lower()].get("Resources", [])
    known_types = {kind.lower(): value for kind, value in services()[service]["Resources"].items()}
    arns = [arn for kind in types for arn in known_types[kind.lower()]["ARNFormats"]]
    if action == "cloudformation:CreateChangeSet":
        # AWS documents it with macros, and its list lacks it.
        arns.append("arn:${Partition}:cloudformation:${Region}:aws:transform/.*")
    return [re.compile(re.sub(r"\$\{\w+\}", "[^:]*", arn)) for arn in arns]


def needed(kinds: set[str]) -> dict[str, set[str]]:
    """Return the actions of CloudFormation's handlers of resource types, each with the types that need it."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind in kinds:
        for action in filter(known, handler_actions(kind)):
            found[action].add(kind)
    return found


def handler_actions(kind: str) -> set[str]:
    if kind.startswith("Custom::"):
        return {"lambda:InvokeFunction"}
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["handlers"]
    # CloudFormation does not list resources to deploy them.
    named = {action for name, handler in handlers.items() if name != "list" for action in handler["permissions"]}
    # A few begin with a small letter.
    return {re.sub(r":\w", lambda found: found[0].upper(), action) for action in named}
