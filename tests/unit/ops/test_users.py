"""Users of a stack on AWS, simulated by moto."""

from argparse import ArgumentTypeError
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from ops import stack, users


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> str:
    created: str = boto3.client("cognito-idp").create_user_pool(PoolName="pool")["UserPool"]["Id"]
    for role in users.ROLES:
        boto3.client("cognito-idp").create_group(UserPoolId=created, GroupName=role)
    # Patched, because moto's CloudFormation needs a dozen more packages.
    monkeypatch.setattr(stack, "outputs", lambda stack: {"notifications-prod": {"UserPoolId": created}}[stack])
    return created


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        yield


def groups(pool: str) -> list[str]:
    answer = boto3.client("cognito-idp").admin_list_groups_for_user(UserPoolId=pool, Username="ann@example.com")
    return [group["GroupName"] for group in answer["Groups"]]


def test_a_new_user_is_invited(pool: str) -> None:
    users.invite("notifications-prod", "ann@example.com", "viewer")
    user = boto3.client("cognito-idp").admin_get_user(UserPoolId=pool, Username="ann@example.com")
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert groups(pool) == ["viewer"]


def test_an_existing_user_gets_another_role(pool: str) -> None:
    users.invite("notifications-prod", "ann@example.com", "viewer")
    users.invite("notifications-prod", "ann@example.com", "admin")
    assert groups(pool) == ["admin"]


@pytest.mark.parametrize("given", ["", "foo", "foo@", "@example.org", "a b@example.org", "a@b@example.org"])
def test_what_is_no_mail_address_is_refused_by_name(given: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"is no mail address\. Give EMAIL="):
        users.mail_address(given)


def test_a_mail_address_is_taken() -> None:
    assert users.mail_address("ann.lee+ops@mail.example.org") == "ann.lee+ops@mail.example.org"
