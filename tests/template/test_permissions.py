"""Policies and roles of the functions."""

from copy import deepcopy
from typing import Any

from tests.template.conftest import Resources, as_list, expanded, of_type


def policies(resources: Resources) -> list[dict[str, Any]]:
    """Return every policy document of the stack."""
    roles = of_type(resources, "AWS::IAM::Role").values()
    inline = [policy["PolicyDocument"] for role in roles for policy in role.get("Policies", [])]
    return inline + [each["PolicyDocument"] for each in of_type(resources, "AWS::IAM::ManagedPolicy").values()]


def test_policies_name_their_resources_and_actions(resources: Resources) -> None:
    assert policies(resources)
    for document in policies(resources):
        for statement in document["Statement"]:
            assert not [action for action in as_list(statement["Action"]) if "*" in action]
            assert "*" not in as_list(statement["Resource"]) or statement["Condition"]


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
    assert managed == {"AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole"}


def test_a_function_writes_to_its_own_log_group(resources: Resources) -> None:
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        document = resources[f"{name}Role"]["Properties"]["Policies"][0]["PolicyDocument"]
        (logs,) = [each for each in document["Statement"] if "logs:PutLogEvents" in each["Action"]]
        assert logs["Resource"] == {"Fn::GetAtt": [function["LoggingConfig"]["LogGroup"]["Ref"], "Arn"]}
