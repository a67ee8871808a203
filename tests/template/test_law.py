"""The project's own law over the expanded template."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api import access
from api.settings import ApiSettings
from dispatcher.settings import DispatcherSettings
from notifications.settings import DatabaseSettings, Settings
from reporter.settings import ReporterSettings
from sender.settings import SenderSettings

ROOT = Path(__file__).parents[2]
SETTINGS: dict[str, type[Settings]] = {
    "ApiFunction": ApiSettings,
    "DispatcherFunction": DispatcherSettings,
    "SenderFunction": SenderSettings,
    "DeadLetterFunction": DatabaseSettings,
    "ReporterFunction": ReporterSettings,
    "MigratorFunction": DatabaseSettings,
}
# Given outside AWS, in place of a secret.
WITHOUT_SECRETS = {"database_url", "provider_token"}

type Resources = dict[str, Any]


def of_type(resources: Resources, kind: str) -> Resources:
    return {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}


def test_cfn_lint_finds_nothing() -> None:
    lint = Path(sys.executable).with_name("cfn-lint")
    command: list[str | Path] = [lint, "--non-zero-exit-code", "warning", ROOT / "template.yaml"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_every_function_is_known_here(resources: Resources) -> None:
    assert set(of_type(resources, "AWS::Lambda::Function")) == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_function_gets_the_variables_that_it_reads(resources: Resources, name: str) -> None:
    variables = resources[name]["Properties"]["Environment"]["Variables"]
    given = {variable.lower() for variable in variables if not variable.startswith("POWERTOOLS_")}
    assert given == SETTINGS[name].model_fields.keys() - WITHOUT_SECRETS


@pytest.mark.parametrize("name", SETTINGS)
def test_a_function_has_a_log_group_of_its_own(resources: Resources, name: str) -> None:
    group = resources[name]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    users = [each["LoggingConfig"]["LogGroup"]["Ref"] for each in of_type(resources, "AWS::Lambda::Function").values()]
    assert users.count(group) == 1


def test_every_log_group_has_a_retention(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert groups
    assert all("RetentionInDays" in group for group in groups.values())


def test_every_route_has_the_authorizer_or_is_public(resources: Resources) -> None:
    public = set()
    for route in of_type(resources, "AWS::ApiGatewayV2::Route").values():
        if route["AuthorizationType"] == "JWT":
            assert route["AuthorizerId"] == {"Ref": "Authorizer"}
        else:
            key = route["RouteKey"]
            public.add((key["Fn::If"][1] if isinstance(key, dict) else key).rstrip("/") + "/")
    assert public == access.PUBLIC


def test_no_route_takes_preflight_requests(resources: Resources) -> None:
    keys = [str(route["RouteKey"]) for route in of_type(resources, "AWS::ApiGatewayV2::Route").values()]
    assert not [key for key in keys if key.startswith(("ANY", "OPTIONS", "$default"))]


def test_every_queue_has_a_consumer_that_fits_its_visibility(resources: Resources) -> None:
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    consumers = {each["EventSourceArn"]["Fn::GetAtt"][0]: each["FunctionName"]["Ref"] for each in mappings}
    queues = of_type(resources, "AWS::SQS::Queue")
    assert set(consumers) == set(queues)
    for name, queue in queues.items():
        assert queue["VisibilityTimeout"] >= 6 * resources[consumers[name]]["Properties"]["Timeout"]


def test_every_queue_has_a_dead_letter_queue_that_keeps_longer(resources: Resources) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    redrive = {name: queue["RedrivePolicy"] for name, queue in queues.items() if "RedrivePolicy" in queue}
    targets = {name: policy["deadLetterTargetArn"]["Fn::GetAtt"][0] for name, policy in redrive.items()}
    assert set(queues) == set(targets) | set(targets.values())
    for name, target in targets.items():
        assert queues[target]["MessageRetentionPeriod"] > queues[name]["MessageRetentionPeriod"]


def test_queues_are_encrypted(resources: Resources) -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in of_type(resources, "AWS::SQS::Queue").values())


def test_code_is_new_only_after_the_schema(source: dict[str, Any]) -> None:
    for name in SETTINGS.keys() - {"MigratorFunction"}:
        assert source["Resources"][name]["DependsOn"] == "Schema"


def test_roles_name_their_resources(resources: Resources) -> None:
    for role in of_type(resources, "AWS::IAM::Role").values():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                assert statement["Resource"] != "*" or statement["Condition"]


def test_no_managed_policy_but_for_logs(resources: Resources) -> None:
    for role in of_type(resources, "AWS::IAM::Role").values():
        managed = [str(arn) for arn in role.get("ManagedPolicyArns", [])]
        assert all("AWSLambdaBasicExecutionRole" in arn for arn in managed)


@pytest.mark.parametrize("parameter", ["DatabaseUrl", "ProviderToken"])
def test_secrets_are_not_echoed(source: dict[str, Any], parameter: str) -> None:
    assert source["Parameters"][parameter]["NoEcho"]


def test_every_make_built_resource_has_its_target(source: dict[str, Any]) -> None:
    targets = (ROOT / "functions/Makefile").read_text() + (ROOT / "layers/shared/Makefile").read_text()
    for name, resource in source["Resources"].items():
        if resource.get("Metadata", {}).get("BuildMethod") == "makefile":
            assert f"build-{name}:" in targets
