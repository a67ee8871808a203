"""Names in the expanded template: two stacks of one account and region share none."""

import re
from collections.abc import Iterator
from typing import Any

from tests.template.conftest import Resources

# Names that need to be unique only within another resource of the stack.
INSIDE_A_RESOURCE = {
    ("AWS::ApiGatewayV2::Authorizer", "Name"),
    ("AWS::ApiGatewayV2::Stage", "StageName"),
    ("AWS::Cognito::UserPoolClient", "ClientName"),
    ("AWS::Cognito::UserPoolGroup", "GroupName"),
    ("AWS::Cognito::UserPoolResourceServer", "Identifier"),
    ("AWS::Cognito::UserPoolResourceServer", "Name"),
    ("AWS::Cognito::UserPoolResourceServer", "ScopeName"),
    ("AWS::Cognito::UserPoolUser", "Name"),
    ("AWS::IAM::Policy", "PolicyName"),
    ("AWS::IAM::Role", "PolicyName"),
    ("AWS::Lambda::Alias", "Name"),
    ("AWS::RDS::DBCluster", "DatabaseName"),
    ("AWS::SMSVOICE::ConfigurationSet", "EventDestinationName"),
    ("Custom::AcceptedClients", "Name"),
}
# Names of things that the stack does not create.
OF_AWS = {
    ("AWS::CloudFront::Distribution", "DomainName"),
    ("AWS::CloudWatch::Alarm", "MetricName"),
    ("AWS::CloudWatch::Alarm", "Name"),
    ("AWS::EC2::EIP", "Domain"),
    ("AWS::EC2::VPCEndpoint", "ServiceName"),
    ("AWS::SES::ConfigurationSetEventDestination", "DimensionName"),
}
# Parts of a name that differ between two stacks of one account and region. The cluster's name is AWS's own choice.
OWN = re.compile(r"\$\{(Stage|AWS::StackName|AWS::StackId|Database)\}")


def names(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield each property that names something, with its value."""
    if isinstance(node, list):
        for each in node:
            yield from names(each)
    if isinstance(node, dict):
        for key, value in node.items():
            if key.endswith("Name") or key in {"Domain", "Identifier"}:
                yield key, value
            else:
                yield from names(value)


def is_own(name: Any) -> bool:
    """Return True if two stacks cannot have the same name: a reference, or a text with the stack's or stage's name."""
    if isinstance(name, str):
        return False
    return OWN.search(str(name["Fn::Sub"])) is not None if "Fn::Sub" in name else name.keys() <= {"Ref", "Fn::GetAtt"}


def test_two_stacks_share_no_name(resources: Resources) -> None:
    found = {
        (logical_id, key, str(value))
        for logical_id, resource in resources.items()
        for key, value in names(resource.get("Properties", {}))
        if (resource["Type"], key) not in INSIDE_A_RESOURCE | OF_AWS and not is_own(value)
    }
    assert not found


def test_schedules_and_layers_are_among_the_checked_resources(resources: Resources) -> None:
    kinds = {each["Type"] for each in resources.values()}
    assert {"AWS::Scheduler::Schedule", "AWS::Lambda::LayerVersion"} <= kinds


def test_the_stack_exports_nothing(template: dict[str, Any]) -> None:
    assert not [name for name, each in template["Outputs"].items() if "Export" in each]
