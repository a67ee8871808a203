"""The pipeline's role may do exactly what deployed resources need, and the roles that it creates have the boundary."""

import json
import re
from copy import deepcopy
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.template.conftest import Resources, as_list, expanded, of_type
from tests.template.deployment import unused_permissions
from tests.template.deployment.deploy_role import (
    STACK,
    SUBJECTS,
    actions,
    formats,
    needed,
    policies,
    resolved,
    statements,
    template,
)

LONGEST_POLICY = 6144
# Actions that no handler names.
BESIDES = {
    "by SAM and `make`": """
        cloudformation:CreateChangeSet cloudformation:DescribeChangeSet cloudformation:DescribeStackEvents
        cloudformation:ExecuteChangeSet cloudformation:GetTemplateSummary s3:PutObject""",
    "by AWS's documentation of access logs of an HTTP API": """
        logs:GetLogDelivery logs:ListLogDeliveries logs:UpdateLogDelivery""",
    "by AWS's documentation of a web ACL in front of a distribution": "wafv2:GetWebACL",
}
# Actions that are allowed on every resource although AWS could limit them: they read, and CloudFormation reads lists.
READ_EVERYWHERE = re.compile(r"(rds|cloudwatch):Describe\w+")
# Resources whose ids AWS chooses, so that no pattern can name the stack.
RANDOM_IDS = re.compile(
    r"""arn:aws-us-gov:(
    apigateway:ap-southeast-1::/(apis|domainnames|tags)(/\*)?
    | cloudformation:ap-southeast-1:aws:transform/Serverless-2016-10-31
    | cloudformation:ap-southeast-1:123456789012:stack/aws-sam-cli-managed-default/\*
    | cloudfront::123456789012:(distribution|origin-access-control|response-headers-policy)/\*
    | codedeploy:ap-southeast-1:123456789012:deploymentconfig:CodeDeployDefault\.\*
    | cognito-idp:ap-southeast-1:123456789012:userpool/\*
    | ec2:ap-southeast-1:123456789012:[a-z-]+/\*
    | iam::123456789012:role/aws-service-role/\*
    | kms:ap-southeast-1:123456789012:key/\*
    | lambda:ap-southeast-1:123456789012:event-source-mapping:\*
    | rds:ap-southeast-1:123456789012:og:default:\*
    | route53:::(change/\*|hostedzone/Z0123456789ABCDEFGHIJ)
    | s3:::aws-sam-cli-managed-default-\*
    | secretsmanager:ap-southeast-1:123456789012:secret:rds!cluster-\*
    | ses:ap-southeast-1:123456789012:identity/\*
    | wafv2:us-east-1:123456789012:global/webacl/\*
    )""",
    re.VERBOSE,
)


@pytest.fixture(scope="module")
def deployed(source: dict[str, Any], resources: Resources) -> Resources:
    """Return all resources, with those of a traffic shift."""
    changed = deepcopy(source)
    changed["Parameters"]["TrafficShift"]["Default"] = "Canary10Percent5Minutes"
    return {**resources, **expanded(changed)["Resources"]}


def test_the_role_has_the_permissions_of_every_type_of_resource(deployed: Resources) -> None:
    kinds = {each["Type"] for each in deployed.values()}
    lacking = needed(kinds).keys() - actions(*statements()) - unused_permissions.ACTIONS
    # Add what a new type needs to infrastructure/deploy-role.yaml, or to unused_permissions.py with the reason.
    assert {f"{kind} needs {action}" for action in lacking for kind in needed(kinds)[action]} == set()


def test_the_role_has_no_other_permission(deployed: Resources) -> None:
    kinds = {each["Type"] for each in deployed.values()}
    besides = {action for listed in BESIDES.values() for action in listed.split()}
    assert actions(*statements()) - needed(kinds).keys() - besides == set()
    assert needed(kinds).keys() >= unused_permissions.ACTIONS
    assert not unused_permissions.ACTIONS & actions(*statements())


def test_no_action_has_a_wildcard() -> None:
    assert not [action for found in policies().values() for action in actions(*found) if "*" in action]


def test_an_action_is_limited_to_resources_where_aws_can() -> None:
    for statement in statements():
        arns = as_list(statement["Resource"])
        for action in as_list(statement["Action"]):
            if arns != ["*"]:
                assert [arn for arn in arns for each in formats(action) if each.fullmatch(arn)], f"{action} on {arns}"
            elif "Condition" not in statement and not READ_EVERYWHERE.fullmatch(action):
                assert not formats(action), action


def test_a_resource_is_named_after_the_stack_where_it_has_a_name() -> None:
    arns = {arn for statement in statements() for arn in as_list(statement["Resource"])} - {"*"}
    foreign = {arn for arn in arns if not re.search(rf"[:/]{STACK}([-/]|$)", arn)}
    assert {arn for arn in foreign if not RANDOM_IDS.fullmatch(arn)} == set()


@pytest.mark.parametrize("name", policies())
def test_a_policy_is_short_enough_for_aws(name: str) -> None:
    document = {"Version": "2012-10-17", "Statement": policies()[name]}
    assert len(json.dumps(document, separators=(",", ":"))) <= LONGEST_POLICY


def test_exactly_the_given_subjects_take_the_role() -> None:
    trust = template()["Resources"]["DeployRole"]["Properties"]["AssumeRolePolicyDocument"]
    (statement,) = json.loads(resolved(trust))["Statement"]
    assert statement["Principal"]["Federated"].endswith(":oidc-provider/gitlab.example.org")
    assert statement["Condition"] == {
        "StringEquals": {"gitlab.example.org:aud": "sts.amazonaws.com"},
        "StringLike": {"gitlab.example.org:sub": SUBJECTS},
    }


@pytest.mark.parametrize(
    ("subject", "allowed"),
    [
        ("repo:team/notifications:environment:prod", True),
        ("repo:team@123/notifications@456:environment:prod", True),
        ("project_path:team/sub/notifications:ref_type:branch:ref:main", True),
        ("project_path:team/notifications:ref_type:tag:ref:v*", True),
        ("repo:team/notifications:*", False),
        ("repo:team/*:environment:prod", False),
        ("repo:team/notifications:pull_request", False),
        ("repo:team/notifications:ref:refs/heads/main", False),
        ("project_path:team/*:ref_type:branch:ref:main", False),
        ("project_path:team/notifications:ref_type:branch:ref:*", False),
        ("project_path:team/notifications:ref_type:tag:ref:*", False),
        ('repo:a/b:environment:c","*', False),
        ("*", False),
    ],
)
def test_a_subject_names_one_project_and_one_environment_or_branch(subject: str, allowed: bool) -> None:
    pattern = template()["Parameters"]["Subjects"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, subject)) is allowed


def test_every_role_of_the_stack_has_the_boundary(deployed: Resources) -> None:
    bound = {"Fn::If": ["HasPermissionsBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
    roles = of_type(deployed, "AWS::IAM::Role")
    assert {name for name, role in roles.items() if role.get("PermissionsBoundary") != bound} == set()


def test_the_boundary_has_every_permission_of_the_stacks_roles(deployed: Resources) -> None:
    inside = actions(*(each for each in policies()["Boundary"] if each["Effect"] == "Allow"))
    documents = [
        (name, each["PolicyDocument"])
        for kind in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy")
        for name, each in of_type(deployed, kind).items()
    ]
    for name, role in of_type(deployed, "AWS::IAM::Role").items():
        documents += [(name, each["PolicyDocument"]) for each in role.get("Policies", [])]
    lacking = {f"{name} needs {action}" for name, each in documents for action in actions(*each["Statement"]) - inside}
    # Add it to the boundary in infrastructure/deploy-role.yaml.
    assert lacking == set()


def test_the_boundary_lets_functions_read_only_secrets_of_the_stack_and_of_rds() -> None:
    (secrets,) = [each for each in policies()["Boundary"] if "secretsmanager:GetSecretValue" in as_list(each["Action"])]
    assert [arn.rpartition(":secret:")[2] for arn in secrets["Resource"]] == [f"{STACK}/*", "rds!cluster-*"]


def test_only_a_role_with_the_boundary_gets_permissions() -> None:
    giving = {"iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"}
    found = [each for each in statements() if giving & actions(each)]
    assert giving <= actions(*found)
    for statement in found:
        assert statement["Condition"]["StringEquals"]["iam:PermissionsBoundary"].endswith(f"deploy-{STACK}-boundary")


def test_the_role_passes_roles_to_every_service_that_takes_one(deployed: Resources) -> None:
    (passing,) = [each for each in statements() if "iam:PassRole" in as_list(each["Action"])]
    services = {
        service
        for role in of_type(deployed, "AWS::IAM::Role").values()
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
        for service in as_list(statement["Principal"]["Service"])
    }
    assert services <= set(passing["Condition"]["StringEquals"]["iam:PassedToService"])


def test_the_role_cannot_change_its_own_permissions_or_the_boundary() -> None:
    own = [each["Properties"] for each in template()["Resources"].values()]
    names = [resolved(each.get("RoleName") or each["ManagedPolicyName"]) for each in own]
    patterns = {arn.partition("/")[2] for each in statements() for arn in as_list(each["Resource"]) if ":iam::" in arn}
    assert patterns
    assert not [name for name in names for pattern in patterns if fnmatchcase(name, pattern)]
