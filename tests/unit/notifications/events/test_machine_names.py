"""Names of machine clients in the audit log, from a user pool simulated by moto."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from notifications.events.machine_names import RETRY_AFTER, MachineNames

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

type Create = Callable[[str], str]

NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)


class Cognito:
    """Returns a client of the simulated Cognito, or fails as without a network; counts the clients."""

    def __init__(self) -> None:
        self.is_reachable = True
        self.calls = 0

    def __call__(self) -> "CognitoIdentityProviderClient":
        self.calls += 1
        if not self.is_reachable:
            raise EndpointConnectionError(endpoint_url="https://cognito")
        client: CognitoIdentityProviderClient = boto3.client("cognito-idp", region_name="eu-central-1")
        return client


@pytest.fixture
def cognito() -> Iterator[Cognito]:
    with mock_aws():
        yield Cognito()


@pytest.fixture
def pool(cognito: Cognito) -> str:
    return cognito().create_user_pool(PoolName="pool")["UserPool"]["Id"]


@pytest.fixture
def create(cognito: Cognito, pool: str) -> Create:
    def create(name: str) -> str:
        return cognito().create_user_pool_client(UserPoolId=pool, ClientName=name)["UserPoolClient"]["ClientId"]

    return create


@pytest.fixture
def names(cognito: Cognito, pool: str) -> MachineNames:
    return MachineNames(cognito, lambda: pool)


def test_a_machine_has_its_given_name_and_the_stacks_own_is_machine(names: MachineNames, create: Create) -> None:
    crm, own = create("machine-crm"), create("machine")
    assert names.name_of(crm, now=NOW) == "crm"
    assert names.name_of(own, now=NOW) == "machine"


def test_names_are_read_once(cognito: Cognito, names: MachineNames, create: Create) -> None:
    clients = [create(f"machine-{name}") for name in "ab"]
    before = cognito.calls
    assert [names.name_of(each, now=NOW) for each in clients * 3] == ["a", "b"] * 3
    assert cognito.calls == before + 1


def test_a_client_that_was_made_since_is_found(names: MachineNames, create: Create) -> None:
    old = create("machine-old")
    assert names.name_of(old, now=NOW) == "old"
    assert names.name_of(create("machine-new"), now=NOW) == "new"


def test_without_cognito_a_machine_has_its_id_and_a_caller_waits_once_a_minute(
    cognito: Cognito, names: MachineNames, create: Create
) -> None:
    crm = create("machine-crm")
    cognito.is_reachable, before = False, cognito.calls
    assert [names.name_of(crm, now=NOW) for _ in range(3)] == [crm] * 3
    assert cognito.calls == before + 1
    cognito.is_reachable = True
    assert names.name_of(crm, now=NOW + RETRY_AFTER) == "crm"
