"""Fixtures: the templates expanded by SAM, with the resources of nested stacks."""

from copy import deepcopy
from typing import Any

import pytest
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from tooling.paths import ROOT

type Resources = dict[str, Any]

LOGS_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


class ManagedPolicies:
    """An empty map of managed policies for SAM's translator; the template uses none by name."""

    def load(self) -> dict[str, str]:
        return {"AWSLambdaBasicExecutionRole": LOGS_POLICY}


@pytest.fixture(scope="session")
def source() -> dict[str, Any]:
    template: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return template


@pytest.fixture(scope="session")
def template(source: dict[str, Any]) -> dict[str, Any]:
    return expanded(source)


def expanded(source: dict[str, Any]) -> dict[str, Any]:
    built = deepcopy(source)
    for resource in built["Resources"].values():
        for folder in ("CodeUri", "ContentUri"):
            if folder in resource["Properties"]:
                resource["Properties"][folder] = "s3://bucket/key"
    built["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        result: dict[str, Any] = transform(built, {}, ManagedPolicies())
    return result


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    """Resources of the stack and of its nested stacks by name."""
    found: dict[str, Any] = dict(template["Resources"])
    for stack in [each["Properties"] for each in found.values() if each["Type"] == "AWS::CloudFormation::Stack"]:
        nested = yaml_parse((ROOT / stack["TemplateURL"]).read_text())
        assert nested["Parameters"].keys() == stack["Parameters"].keys()
        assert not nested["Resources"].keys() & found.keys()
        found |= given(nested["Resources"], stack["Parameters"])
    return found


def given(node: Any, parameters: dict[str, Any]) -> Any:
    """Return a part of a nested template with the parent's values for its parameters."""
    if isinstance(node, list):
        return [given(each, parameters) for each in node]
    if not isinstance(node, dict):
        return node
    if node.keys() == {"Ref"} and node["Ref"] in parameters:
        return parameters[node["Ref"]]
    return {name: given(each, parameters) for name, each in node.items()}


def of_type(resources: Resources, kind: str) -> Resources:
    """Return the properties of all resources of a type by name."""
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
