"""The template as SAM expands it, which is what CloudFormation sees."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
LOGS_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


class ManagedPolicies:
    """The managed policies that SAM looks up by name; the template uses none by itself."""

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
    found: dict[str, Any] = template["Resources"]
    return found
