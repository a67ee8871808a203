"""Machine clients of a stack on AWS, simulated by moto."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ops import stack
from ops.errors import (
    BadMachineName,
    ClientsNotAccepted,
    DeploymentRunning,
    NoSuchMachine,
    StackTooOld,
    TooManyMachines,
)
from ops.machines import clients, commands
from ops.machines.access import Access, accept

ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws():
        boto3.setup_default_session()
        assert boto3.DEFAULT_SESSION
        boto3.DEFAULT_SESSION.events.register("after-call.cognito-idp.DescribeUserPoolClient", add_creation_date)
        yield
    boto3.setup_default_session()


def add_creation_date(parsed: dict[str, Any], **_: Any) -> None:
    """Add the date that Cognito gives and moto does not."""
    parsed["UserPoolClient"]["CreationDate"] = datetime(2026, 11, 27, 10, tzinfo=UTC)


class Conflict(Exception):
    """Another change of the authorizer has not ended."""


@dataclass
class Authorizer:
    """Authorizer of an API, in place of API Gateway's client: moto's needs packages that the project has not.

    Attributes:
        before_update: called before a change is written, and before it is refused.
        conflicts: number of changes that are refused.
    """

    configuration: dict[str, Any]
    before_update: Callable[[], None] = lambda: None
    conflicts: int = 0
    exceptions = SimpleNamespace(ConflictException=Conflict)

    def get_authorizer(self, **_: str) -> dict[str, Any]:
        return {"JwtConfiguration": self.configuration}

    def update_authorizer(self, *, JwtConfiguration: dict[str, Any], **_: str) -> None:  # noqa: N803 - AWS's name
        self.before_update()
        if self.conflicts:
            self.conflicts -= 1
            raise Conflict
        self.configuration = JwtConfiguration


@pytest.fixture
def authorizer() -> Authorizer:
    return Authorizer({"Issuer": ISSUER, "Audience": []})


@pytest.fixture
def access(authorizer: Authorizer) -> Access:
    cognito = boto3.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    own = [
        cognito.create_user_pool_client(UserPoolId=pool, ClientName=name)["UserPoolClient"]["ClientId"]
        for name in ("api", "machine")
    ]
    authorizer.configuration["Audience"] = own
    gateway: Any = authorizer
    return Access(gateway=gateway, pool=pool, own=(own[0], own[1]), api="api", authorizer="authorizer")


def configuration(access: Access) -> Any:
    return access.gateway.get_authorizer(ApiId=access.api, AuthorizerId=access.authorizer)["JwtConfiguration"]


def accepted(access: Access) -> set[str]:
    """Return the ids that the authorizer accepts besides the stack's own."""
    return set(configuration(access)["Audience"]) - set(access.own)


def test_a_machine_has_its_role_and_is_accepted_at_once(access: Access) -> None:
    made = clients.create(access, "crm", "viewer")
    assert (made.scope, len(made.secret) > 20) == ("notifications/viewer", True)
    assert accepted(access) == {made.client_id}
    assert configuration(access)["Issuer"] == ISSUER
    assert set(access.own) <= set(configuration(access)["Audience"])
    client = boto3.client("cognito-idp").describe_user_pool_client(UserPoolId=access.pool, ClientId=made.client_id)
    assert client["UserPoolClient"]["AllowedOAuthFlows"] == ["client_credentials"]


def test_machines_are_listed_with_the_stacks_own(access: Access) -> None:
    crm = clients.create(access, "crm", "admin")
    rows = [(each.name, each.role, each.client_id) for each in clients.listed(access)]
    assert rows == [("crm", "admin", crm.client_id), ("machine", "", access.own[1])]


def test_a_secret_is_rotated_by_a_second_client_of_the_name(access: Access) -> None:
    old, new = clients.create(access, "crm", "operator"), clients.create(access, "crm", "operator")
    assert accepted(access) == {old.client_id, new.client_id}
    assert clients.revoke(access, "crm", old.client_id) == [old.client_id]
    assert accepted(access) == {new.client_id}


def test_a_name_is_revoked_with_all_its_clients_and_no_other(access: Access) -> None:
    other = clients.create(access, "crm2", "viewer")
    both = {clients.create(access, "crm", "viewer").client_id for _ in range(2)}
    assert set(clients.revoke(access, "crm", "")) == both
    assert accepted(access) == {other.client_id}
    assert [each.name for each in clients.listed(access)] == ["crm2", "machine"]


@pytest.mark.parametrize(
    ("name", "client_id"), [("", ""), ("nobody", ""), ("", "nobody"), ("machine", ""), ("a", "own")]
)
def test_what_is_no_machine_is_not_revoked(access: Access, name: str, client_id: str) -> None:
    made = clients.create(access, "crm", "viewer")
    with pytest.raises(NoSuchMachine, match=r"make machines"):
        clients.revoke(access, name, access.own[1] if client_id == "own" else client_id)
    assert accepted(access) == {made.client_id}


@pytest.mark.parametrize("name", ["", "CRM", "crm/7", "1crm", "a" * 64])
def test_a_name_that_cannot_be_taken_is_refused(access: Access, name: str) -> None:
    with pytest.raises(BadMachineName, match=r"at most 63 lower-case letters"):
        clients.create(access, name, "viewer")
    assert accepted(access) == set()


def test_the_46th_machine_is_refused(access: Access) -> None:
    for _ in range(clients.LIMIT):
        clients.create(access, "crm", "viewer")
    assert len(accepted(access)) == 45
    with pytest.raises(TooManyMachines, match="45 machine clients"):
        clients.create(access, "crm", "viewer")
    assert len(accepted(access)) == 45


@pytest.mark.parametrize("revoked", [False, True])
def test_a_change_between_reading_and_writing_is_not_lost(
    access: Access, authorizer: Authorizer, revoked: bool
) -> None:
    before = clients.create(access, "before", "viewer")
    meanwhile: list[str] = []

    def other_command() -> None:
        authorizer.before_update = lambda: None
        if revoked:
            clients.revoke(access, "before", "")
        else:
            meanwhile.append(clients.create(access, "other", "viewer").client_id)

    # Runs from beginning to end after the first command has read the user pool.
    authorizer.before_update = other_command
    made = clients.create(access, "crm", "viewer")
    kept = [] if revoked else [before.client_id]
    assert accepted(access) == {made.client_id, *kept, *meanwhile}


def test_a_change_that_the_gateway_refuses_is_repeated(access: Access, authorizer: Authorizer) -> None:
    authorizer.conflicts = 3
    made = clients.create(access, "crm", "viewer")
    assert accepted(access) == {made.client_id}
    authorizer.conflicts = 1000
    with pytest.raises(ClientsNotAccepted, match="make machines"):
        clients.revoke(access, "crm", "")


def test_the_list_restores_what_a_rollback_has_removed(access: Access, capsys: pytest.CaptureFixture[str]) -> None:
    made = clients.create(access, "crm", "viewer")
    configuration(access)["Audience"] = list(access.own)
    commands.show(access)
    assert accepted(access) == {made.client_id}
    first = capsys.readouterr().out
    commands.show(access)
    assert first.removesuffix("The API did not accept exactly these clients. It does now.\n") == capsys.readouterr().out
    assert not accept(access)


def test_the_secret_is_printed_once(access: Access, capsys: pytest.CaptureFixture[str]) -> None:
    commands.make(access, "https://example.com/oauth2/token", name="crm", role="viewer")
    printed = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    made = clients.read(access.pool, printed["client_id"])
    assert (made.secret, made.scope) == (printed["client_secret"], printed["scope"])
    assert printed["token_url"] == "https://example.com/oauth2/token"
    commands.show(access)
    commands.revoke(access, name="crm", client_id="")
    assert made.secret not in capsys.readouterr().out


def test_a_stack_is_found_by_its_name(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed(monkeypatch, access, "UPDATE_ROLLBACK_COMPLETE")
    assert replace(Access.of("notifications-prod"), gateway=access.gateway) == access


def test_nothing_is_changed_during_a_deployment(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed(monkeypatch, access, "UPDATE_IN_PROGRESS")
    with pytest.raises(DeploymentRunning, match="is being deployed"):
        Access.of("notifications-prod")


def test_a_stack_of_an_earlier_version_is_refused(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed(monkeypatch, access, "UPDATE_COMPLETE")
    monkeypatch.setattr(stack, "outputs", lambda _: {"UserPoolId": access.pool})
    with pytest.raises(StackTooOld, match="Deploy this version first"):
        Access.of("notifications-prod")


def deployed(monkeypatch: pytest.MonkeyPatch, access: Access, status: str) -> None:
    """Let CloudFormation describe a stack; patched, because moto's CloudFormation needs a dozen more packages."""
    outputs = {
        "UserPoolId": access.pool,
        "UserPoolClientId": access.own[0],
        "MachineClientId": access.own[1],
        "ApiId": access.api,
        "AuthorizerId": access.authorizer,
    }
    monkeypatch.setattr(stack, "outputs", {"notifications-prod": outputs}.__getitem__)
    monkeypatch.setattr(stack, "status", {"notifications-prod": status}.__getitem__)
