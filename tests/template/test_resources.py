"""Functions, routes, data and deployment in the expanded template."""

import re
import subprocess
import sys
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.resources import ROUTES
from api.routing import Route
from api.settings import ApiSettings
from canary.bootstrap import CanarySettings
from dispatcher.bootstrap import DispatcherSettings
from importer.bootstrap import ImporterSettings
from migrator.bootstrap import MigratorSettings
from notifications.clients.imports.uploads import UPLOAD_KEPT
from notifications.contracts.settings import DatabaseSettings, Settings
from receiver.bootstrap import ReceiverSettings
from reporter.settings import ReporterSettings
from sender.settings import SenderSettings
from tests.template.conftest import Resources, as_list, expanded, of_type
from tooling.paths import ROOT

SETTINGS: dict[str, type[Settings]] = {
    "ApiFunction": ApiSettings,
    "DispatcherFunction": DispatcherSettings,
    "SenderFunction": SenderSettings,
    "DeadLetterFunction": DatabaseSettings,
    "ReceiverFunction": ReceiverSettings,
    "ImporterFunction": ImporterSettings,
    "ReporterFunction": ReporterSettings,
    "CanaryFunction": CanarySettings,
    "MigratorFunction": MigratorSettings,
}
# Set only outside AWS: in place of a secret, or to make jobs of many chunks of few messages.
ONLY_OUTSIDE_AWS = {"database_url", "provider_token", "erasure_key", "job_chunk_size", "changed_at_once"}


@pytest.mark.parametrize(
    "template",
    ["template.yaml", "observability.yaml", "infrastructure/deploy-role.yaml", "local/deployment/emulator.yaml"],
)
def test_cfn_lint_finds_nothing(template: str) -> None:
    lint = Path(sys.executable).with_name("cfn-lint")
    command: list[str | Path] = [lint, "--non-zero-exit-code", "warning", ROOT / template]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_every_function_has_its_settings_class(resources: Resources) -> None:
    assert set(of_type(resources, "AWS::Lambda::Function")) == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_functions_get_exactly_the_variables_that_they_read(resources: Resources, name: str) -> None:
    variables = resources[name]["Properties"]["Environment"]["Variables"]
    given = {variable.lower() for variable in variables if not variable.startswith("POWERTOOLS_")}
    assert given == SETTINGS[name].model_fields.keys() - ONLY_OUTSIDE_AWS


@pytest.mark.parametrize("name", SETTINGS)
def test_a_function_has_a_log_group_of_its_own(resources: Resources, name: str) -> None:
    group = resources[name]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    users = [each["LoggingConfig"]["LogGroup"]["Ref"] for each in of_type(resources, "AWS::Lambda::Function").values()]
    assert users.count(group) == 1


def test_every_log_group_has_a_retention(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert groups
    assert all("RetentionInDays" in group for group in groups.values())


def selected(resources: Resources, method: str, path: str) -> dict[str, Any]:
    """Return the route that an HTTP API selects: a full match, else the longest greedy one, else `$default`."""
    found: dict[str, dict[str, Any]] = {}
    for route in of_type(resources, "AWS::ApiGatewayV2::Route").values():
        key = route["RouteKey"]
        found[key["Fn::If"][2] if isinstance(key, dict) else key] = route
    greedy = [
        key for key in found if key.endswith("{proxy+}") and f"{method} {path}".startswith(key[: -len("{proxy+}")])
    ]
    return found.get(f"{method} {path}") or found[max(greedy, key=len, default="$default")]


@pytest.mark.parametrize("route", list(ROUTES), ids=lambda route: route.key)
def test_a_route_has_the_authorizer_or_is_public(resources: Resources, route: Route) -> None:
    paths = {route.path, route.path.rstrip("/")} - {"/api/v1/openapi.json/"}
    for method in {route.method, *(["HEAD"] if route.method == "GET" else [])}:
        for path in paths:
            taken = selected(resources, method, path)
            assert taken["AuthorizationType"] == ("NONE" if route.role is None else "JWT")
            assert taken.get("AuthorizerId") == (None if route.role is None else {"Ref": "Authorizer"})


def test_the_api_answers_calls_without_a_route(resources: Resources) -> None:
    default = {"AuthorizationType": "NONE", "Target": {"Fn::Sub": "integrations/${ApiIntegration}"}}
    for method, path in (("TRACE", "/api/v1/tag/"), ("OPTIONS", "/api/v1/tag/"), ("GET", "/x"), ("GET", "/api/v1")):
        assert selected(resources, method, path).items() >= default.items()


def test_no_route_with_the_authorizer_takes_preflight_requests(resources: Resources) -> None:
    routes = of_type(resources, "AWS::ApiGatewayV2::Route").values()
    keys = [str(route["RouteKey"]) for route in routes if route["AuthorizationType"] != "NONE"]
    assert not [key for key in keys if key.startswith(("ANY", "OPTIONS", "$default"))]


def test_functions_are_updated_after_the_migration(source: dict[str, Any]) -> None:
    for name in SETTINGS.keys() - {"MigratorFunction"}:
        function = source["Resources"][name]
        digest = str(function["Properties"].get("Description", ""))
        assert function.get("DependsOn") == "Schema" or "${Schema.Digest}" in digest


def test_logs_and_alarms_are_encrypted(resources: Resources) -> None:
    groups, topics = of_type(resources, "AWS::Logs::LogGroup"), of_type(resources, "AWS::SNS::Topic")
    assert all(group["KmsKeyId"] == {"Fn::GetAtt": ["LogsAndAlarmsKey", "Arn"]} for group in groups.values())
    assert all(topic["KmsMasterKeyId"] == {"Ref": "LogsAndAlarmsKey"} for topic in topics.values())


def test_data_outlives_the_stack(resources: Resources) -> None:
    kept = {"AWS::RDS::DBCluster": "Snapshot", "AWS::Cognito::UserPool": "Retain"}
    held = [each for each in resources.values() if each["Type"] in kept]
    assert len(held) == len(kept)
    for each in held:
        assert each["DeletionPolicy"] == each["UpdateReplacePolicy"] == kept[each["Type"]]
        assert each["Properties"]["DeletionProtection"]["Fn::If"][0] == "HasDeletionProtection"


def test_a_migration_ends_before_its_deployment_times_out(resources: Resources) -> None:
    schema = resources["Schema"]["Properties"]
    (calls,) = [
        each
        for each in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
        if each["FunctionName"]["Ref"] == schema["ServiceToken"]["Fn::GetAtt"][0]
    ]
    assert calls["MaximumRetryAttempts"] == 0
    longest = calls["MaximumEventAgeInSeconds"] + resources["MigratorFunction"]["Properties"]["Timeout"]
    assert longest <= schema["ServiceTimeout"]


def test_accepted_clients_are_listed_anew_when_the_authorizer_changes(resources: Resources) -> None:
    authorizer, clients = (resources[name]["Properties"] for name in ("Authorizer", "AcceptedClients"))
    accepted = {"Fn::Split": [",", {"Fn::GetAtt": ["AcceptedClients", "ClientIds"]}]}
    assert authorizer["JwtConfiguration"]["Audience"] == accepted
    others = {name: value for name, value in authorizer.items() if name != "JwtConfiguration"}
    assert clients["Authorizer"] == others | {"Issuer": authorizer["JwtConfiguration"]["Issuer"]}


def test_every_app_client_of_the_stack_is_accepted(resources: Resources) -> None:
    own = [{"Ref": name} for name in of_type(resources, "AWS::Cognito::UserPoolClient")]
    assert resources["AcceptedClients"]["Properties"]["OwnClientIds"] == own


def test_the_api_is_throttled(resources: Resources) -> None:
    (stage,) = of_type(resources, "AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"].keys() == {"ThrottlingBurstLimit", "ThrottlingRateLimit"}


def test_the_access_log_has_no_field_that_callers_control(resources: Resources) -> None:
    (stage,) = of_type(resources, "AWS::ApiGatewayV2::Stage").values()
    logged = re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"])
    errors = {"error.message", "integrationErrorMessage"}
    assert set(logged) == {"requestId", "routeKey", "status", "responseLatency", "authorizer.claims.sub"} | errors


def test_events_invoke_the_alias_whose_traffic_is_shifted(resources: Resources) -> None:
    alias = {"Ref": "ApiFunctionAliaslive"}
    assert resources["ApiIntegration"]["Properties"]["IntegrationUri"] == alias
    assert resources["ApiPermission"]["Properties"]["FunctionName"] == alias
    assert resources["SenderMapping"]["Properties"]["FunctionName"] == {"Ref": "SenderFunctionAliaslive"}


def test_a_new_layer_makes_a_new_version(source: dict[str, Any]) -> None:
    changed = deepcopy(source)
    changed["Resources"]["SharedLayer"]["Properties"]["Description"] = "another"
    before, after = (of_type(expanded(each)["Resources"], "AWS::Lambda::Version") for each in (source, changed))
    assert len(before) == len(after) == len({"ApiFunction", "SenderFunction"})
    assert not before.keys() & after.keys()


def test_traffic_shifts_are_rolled_back_by_alarms_on_the_new_version(
    source: dict[str, Any], resources: Resources
) -> None:
    changed = deepcopy(source)
    changed["Parameters"]["TrafficShift"]["Default"] = "Canary10Percent5Minutes"
    groups = of_type(expanded(changed)["Resources"], "AWS::CodeDeploy::DeploymentGroup")
    assert len(groups) == len({"ApiFunction", "SenderFunction"})
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")
    for group in groups.values():
        assert group["AlarmConfiguration"]["Enabled"]
        for each in group["AlarmConfiguration"]["Alarms"]:
            watched = alarms[each["Name"]["Fn::GetAtt"][1].removeprefix("Outputs.")]
            assert {"ExecutedVersion", "version"} & {dimension["Name"] for dimension in watched["Dimensions"]}
        assert {"DEPLOYMENT_STOP_ON_ALARM"} <= set(group["AutoRollbackConfiguration"]["Events"])
    assert not of_type(expanded(source)["Resources"], "AWS::CodeDeploy::DeploymentGroup")


def test_without_the_admin_site_nothing_of_cloudfront_and_no_bucket_but_those_of_data_is_created(
    template: dict[str, Any],
) -> None:
    # cfn-lint finds what refers to a resource that a condition leaves out.
    kinds = ("AWS::CloudFront::", "AWS::S3::")
    of_the_site = {name: each for name, each in template["Resources"].items() if each["Type"].startswith(kinds)}
    assert of_the_site
    conditions = {"HasAdminSite", "HasAdminAccessLogs"}
    always = {name for name, each in of_the_site.items() if each.get("Condition") not in conditions}
    assert always == {"UploadBucket", "UploadBucketPolicy", "ErasureBucket", "ErasureBucketPolicy"}


def test_uploads_are_private_encrypted_and_deleted_as_soon_as_they_cannot_be_started(resources: Resources) -> None:
    bucket = resources["UploadBucket"]["Properties"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["BucketEncryption"]
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert timedelta(days=rule["ExpirationInDays"]) == UPLOAD_KEPT
    (statement,) = resources["UploadBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    (cors,) = bucket["CorsConfiguration"]["CorsRules"]
    assert cors["AllowedMethods"] == ["PUT"]


def test_the_journal_and_the_key_of_erasures_are_private_and_kept_for_good(resources: Resources) -> None:
    bucket, key = resources["ErasureBucket"], resources["ErasureKey"]
    for each in (bucket, key):
        assert each["DeletionPolicy"] == each["UpdateReplacePolicy"] == "Retain"
    assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())
    assert bucket["Properties"]["BucketEncryption"]
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "LifecycleConfiguration" not in bucket["Properties"]
    (statement,) = resources["ErasureBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert not of_type(resources, "AWS::SecretsManager::RotationSchedule")


def test_functions_reach_uploads_and_erasures_alone(resources: Resources) -> None:
    documents = {
        name: role["Policies"][0]["PolicyDocument"]["Statement"]
        for name, role in of_type(resources, "AWS::IAM::Role").items()
    }
    found = {
        name: {action for each in statements for action in as_list(each["Action"])}
        for name, statements in documents.items()
    }
    of_s3 = {name: {each for each in actions if each.startswith("s3:")} for name, actions in found.items()}
    assert {name: actions for name, actions in of_s3.items() if actions} == {
        "ApiFunctionRole": {"s3:GetObject", "s3:ListBucket", "s3:PutObject"},
        "ImporterFunctionRole": {"s3:GetObject", "s3:ListBucket"},
        "MigratorFunctionRole": {"s3:GetObject", "s3:ListBucket"},
    }


def test_every_make_built_resource_has_its_target(source: dict[str, Any]) -> None:
    targets = (ROOT / "functions/Makefile").read_text() + (ROOT / "layers/shared/Makefile").read_text()
    for name, resource in source["Resources"].items():
        if resource.get("Metadata", {}).get("BuildMethod") == "makefile":
            assert f"build-{name}:" in targets
