"""Policies and roles of the functions."""

from copy import deepcopy
from typing import Any

from tests.template.conftest import Resources, as_list, expanded, of_type

# Actions for which IAM knows no resource.
TRACING = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def statements(resources: Resources) -> list[dict[str, Any]]:
    """Return every statement of the policies."""
    roles = of_type(resources, "AWS::IAM::Role").values()
    documents = [policy["PolicyDocument"] for role in roles for policy in role.get("Policies", [])]
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        documents += [each["PolicyDocument"] for each in of_type(resources, kind).values()]
    return [statement for document in documents for statement in document["Statement"]]


def test_policies_name_their_resources_and_actions(resources: Resources) -> None:
    assert statements(resources)
    # A text message has no resource.
    for statement in statements({name: each for name, each in resources.items() if name != "TextMessagePolicy"}):
        assert not [action for action in as_list(statement["Action"]) if "*" in action]
        traced = set(as_list(statement["Action"])) == TRACING
        assert "*" not in as_list(statement["Resource"]) or traced or statement["Condition"]


def test_no_function_has_a_managed_policy_of_aws(resources: Resources) -> None:
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        assert function["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        managed = resources[f"{name}Role"]["Properties"]["ManagedPolicyArns"]
        assert managed == {"Fn::If": ["RunsInVpc", [{"Ref": "VpcAccessPolicy"}], {"Ref": "AWS::NoValue"}]}


def test_sam_adds_managed_policies_of_aws_to_roles_that_it_creates(source: dict[str, Any]) -> None:
    # This is the reason for explicit roles: SAM adds managed policies to every role that it creates.
    changed = deepcopy(source)
    del changed["Resources"]["ApiFunctionRole"], changed["Resources"]["ApiFunction"]["Properties"]["Role"]
    role = expanded(changed)["Resources"]["ApiFunctionRole"]["Properties"]
    managed = {arn.rpartition("/")[2] for arn in role["ManagedPolicyArns"]}
    aws = {"AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole", "AWSXrayWriteOnlyAccess"}
    assert managed == aws


def test_a_function_writes_to_its_own_log_group(resources: Resources) -> None:
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        document = resources[f"{name}Role"]["Properties"]["Policies"][0]["PolicyDocument"]
        (logs,) = [each for each in document["Statement"] if "logs:PutLogEvents" in each["Action"]]
        assert logs["Resource"] == {"Fn::GetAtt": [function["LoggingConfig"]["LogGroup"]["Ref"], "Arn"]}


def test_a_function_may_read_exactly_the_secrets_that_its_variables_and_its_list_of_providers_name(
    resources: Resources,
) -> None:
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        variables = function["Environment"]["Variables"]
        named = [value for variable, value in variables.items() if variable.endswith("_SECRET_ARN")]
        named += [{"Ref": "ProviderSecrets"}] if "PROVIDER_TOKEN_SECRET_ARN" in variables else []
        policies = of_type(resources, "AWS::IAM::Policy").items()
        given = [f"{name}Role"] + [policy for policy, each in policies if {"Ref": f"{name}Role"} in each["Roles"]]
        own = statements({each: resources[each] for each in given})
        read = [each["Resource"] for each in own if "secretsmanager:GetSecretValue" in as_list(each["Action"])]
        assert sorted(map(str, read)) == sorted(map(str, named))


def test_a_policy_for_a_secret_that_is_not_given_is_not_created(resources: Resources) -> None:
    conditions = {
        name: each["Condition"]
        for name, each in resources.items()
        if each["Type"] == "AWS::IAM::Policy" and "secretsmanager:GetSecretValue" in str(each)
    }
    assert conditions == {
        "ProviderTokenPolicy": "HasProviderToken",
        "ProviderCaPolicy": "HasProviderCa",
        "ProviderSecretsPolicy": "HasProviderSecrets",
    }


def test_a_function_may_read_the_list_of_providers_if_it_has_its_name(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function").items()
    named = {name for name, each in functions if "PROVIDERS_PARAMETER" in each["Environment"]["Variables"]}
    policy = resources["ProvidersPolicy"]
    assert policy["Condition"] == resources["ProvidersParameter"]["Condition"] == "HasProviders"
    assert policy["Properties"]["Roles"] == [{"Ref": f"{name}Role"} for name in sorted(named)]
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "ssm:GetParameter"
    assert statement["Resource"]["Fn::Sub"].endswith(":parameter${ProvidersParameter}")


def test_every_function_is_traced_and_may_send_its_traces(resources: Resources) -> None:
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        assert function["TracingConfig"] == {"Mode": "Active"}
        document = resources[f"{name}Role"]["Properties"]["Policies"][0]["PolicyDocument"]
        (tracing,) = [each for each in document["Statement"] if each["Resource"] == "*"]
        assert set(tracing["Action"]) == TRACING


def test_a_schedule_may_invoke_its_function_and_report_its_failures_alone(resources: Resources) -> None:
    schedules = of_type(resources, "AWS::Scheduler::Schedule")
    assert {each["Target"]["Arn"]["Fn::GetAtt"][0] for each in schedules.values()} == {
        "DispatcherFunction",
        "ReporterFunction",
        "CanaryFunction",
    }
    for schedule in schedules.values():
        role = resources[schedule["Target"]["RoleArn"]["Fn::GetAtt"][0]]["Properties"]
        (trusted,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trusted["Principal"] == {"Service": ["scheduler.amazonaws.com"]}
        statements = [each for policy in role["Policies"] for each in policy["PolicyDocument"]["Statement"]]
        allowed = {each["Action"]: each["Resource"] for each in statements}
        failures = {"Fn::GetAtt": ["FailedInvocations", "Arn"]}
        assert allowed == {"lambda:InvokeFunction": schedule["Target"]["Arn"], "sqs:SendMessage": failures}


def test_a_canary_may_be_created_without_reading_anything_but_the_database(resources: Resources) -> None:
    document = resources["CanaryFunctionRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    actions = {action for statement in document["Statement"] for action in as_list(statement["Action"])}
    logs = {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert actions == logs | TRACING | {"secretsmanager:GetSecretValue", "sqs:SendMessage"}
