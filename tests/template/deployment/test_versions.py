"""A changed parameter reaches the alias: it changes the digest that names the version of a function behind an alias."""

from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from migrator.deployment import digest
from tests.template.conftest import Resources, of_type
from tests.template.deployment.resolution import Resolution
from tooling.paths import ROOT

PARAMETERS: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())["Parameters"]
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:own-AbCdEf"
# Both kinds of a deployment, with a value for each parameter that has no default.
REQUIRED = {
    "ProviderUrl": "https://provider.example.org",
    "ReportSender": "reports@example.org",
    "ReportRecipients": "a@example.org",
}
DEPLOYMENTS = {
    "new database": REQUIRED,
    "own database": REQUIRED | {"DatabaseSecret": SECRET, "SubnetIds": "subnet-1", "SecurityGroupIds": "sg-1"},
}
# Properties of a function that its versions do not contain.
NOT_IN_A_VERSION = {"ReservedConcurrentExecutions", "Tags"}


def other(name: str, value: str) -> str:
    """Return another value of the parameter."""
    parameter = PARAMETERS[name]
    if "AllowedValues" in parameter:
        return next(str(each) for each in parameter["AllowedValues"] if str(each) != value)
    return str(int(value) + 1) if parameter["Type"] == "Number" else f"{value}-other"


def versioned(template: dict[str, Any], resolution: Resolution) -> dict[str, Any]:
    """Return the properties that a version contains, for each function behind an alias."""
    aliases = of_type(template["Resources"], "AWS::Lambda::Alias").values()
    functions = {name: resolution.properties(name) for name in (each["FunctionName"]["Ref"] for each in aliases)}
    return {
        name: {key: value for key, value in each.items() if key not in NOT_IN_A_VERSION}
        for name, each in functions.items()
    }


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_that_a_version_contains_changes_the_digest(
    template: dict[str, Any], deployment: str, name: str
) -> None:
    chosen = DEPLOYMENTS[deployment]
    changed = chosen | {name: other(name, chosen.get(name, str(PARAMETERS[name].get("Default", ""))))}
    before, after = Resolution(template, chosen), Resolution(template, changed)
    is_contained = versioned(template, before) != versioned(template, after)
    digests = [digest(each.properties("Schema")["Configuration"]) for each in (before, after)]
    assert (digests[0] != digests[1]) == is_contained


@pytest.mark.parametrize("name", ["ProviderUrl", "Provider", "DatabaseSecret", "ProviderTokenSecret", "SubnetIds"])
def test_provider_database_and_network_are_among_them(template: dict[str, Any], name: str) -> None:
    chosen = DEPLOYMENTS["own database"]
    changed = chosen | {name: other(name, chosen.get(name, "http"))}
    assert versioned(template, Resolution(template, chosen)) != versioned(template, Resolution(template, changed))


def test_functions_behind_an_alias_and_their_versions_carry_the_digest(resources: Resources) -> None:
    versions = [each for each in resources.values() if each["Type"] == "AWS::Lambda::Version"]
    assert {each["Properties"]["FunctionName"]["Ref"] for each in versions} == {"ApiFunction", "SenderFunction"}
    for version in versions:
        function = resources[version["Properties"]["FunctionName"]["Ref"]]["Properties"]
        # CloudFormation replaces a version whose description changes; Lambda publishes one only of a changed function.
        assert version["Properties"]["Description"] == function["Description"]
        assert "${Schema.Digest}" in function["Description"]["Fn::Sub"]
        # The runbook rolls back to the version before.
        assert version["UpdateReplacePolicy"] == version["DeletionPolicy"] == "Retain"
