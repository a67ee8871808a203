"""Creates, lists and revokes machine clients in the user pool of a stack."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3

from notifications.events.machine_clients import PREFIX, SCOPES, MachineClient, list_clients
from ops.errors import BadMachineName, NoSuchMachine, TooManyMachines
from ops.machines.access import Access, accept

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

# An authorizer accepts 50 clients. Two are the stack's own, and three commands at once may each find room for one more.
LIMIT = 45
NAME = re.compile(r"[a-z][a-z0-9._-]{0,62}")


@dataclass(frozen=True)
class Machine:
    """App client of a machine, with its secret.

    Attributes:
        scope: scopes that it may ask for, separated by spaces.
    """

    client_id: str
    secret: str
    scope: str


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Machine client as it is listed: without its secret."""

    name: str
    role: str
    created: datetime
    client_id: str


def read(pool: str, client_id: str) -> Machine:
    """Return a machine client with its secret."""
    client = _cognito().describe_user_pool_client(UserPoolId=pool, ClientId=client_id)["UserPoolClient"]
    return Machine(client_id, secret=client["ClientSecret"], scope=" ".join(client["AllowedOAuthScopes"]))


def create(access: Access, name: str, role: str) -> Machine:
    """Create a machine client that the API accepts at once. There may be others of its name.

    Raises:
        BadMachineName: the name is empty, too long, or has other characters than the allowed ones.
        TooManyMachines: the API accepts no further client.
    """
    if not NAME.fullmatch(name):
        raise BadMachineName(
            f"NAME={name}: give at most 63 lower-case letters, digits, dots, hyphens and underscores, a letter first"
        )
    if len(_found(access)) >= LIMIT:
        raise TooManyMachines(
            f"there are {LIMIT} machine clients, and the API accepts no more. Revoke one: make machines"
        )
    settings: Any = {
        "GenerateSecret": True,
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": [f"notifications/{role}"],
        "AccessTokenValidity": 1,
        "TokenValidityUnits": {"AccessToken": "hours"},
    }
    made = _cognito().create_user_pool_client(UserPoolId=access.pool, ClientName=f"{PREFIX}{name}", **settings)
    accept(access)
    return read(access.pool, made["UserPoolClient"]["ClientId"])


def listed(access: Access) -> list[Listed]:
    """List the machine clients by name, the oldest of a name first; the stack's own is called `machine`."""
    clients = [MachineClient("machine", access.own[1]), *_found(access)]
    return sorted((_describe(access, client) for client in clients), key=lambda each: (each.name, each.created))


def revoke(access: Access, name: str, client_id: str) -> list[str]:
    """Delete machine clients by name, by id or by both, and return their ids. The API refuses their tokens at once.

    Raises:
        NoSuchMachine: no machine client has this name and id.
    """
    found = [each.client_id for each in _found(access) if name in {"", each.name} and client_id in {"", each.client_id}]
    if not found or not (name or client_id):
        raise NoSuchMachine(f"no machine client has NAME={name} ID={client_id}. See: make machines")
    for each in found:
        _cognito().delete_user_pool_client(UserPoolId=access.pool, ClientId=each)
    accept(access)
    return found


def _describe(access: Access, found: MachineClient) -> Listed:
    client = _cognito().describe_user_pool_client(UserPoolId=access.pool, ClientId=found.client_id)["UserPoolClient"]
    roles = [SCOPES[scope] for scope in client.get("AllowedOAuthScopes", []) if scope in SCOPES]
    role = max(roles).name if roles else ""
    return Listed(name=found.name, role=role, created=client["CreationDate"], client_id=found.client_id)


def _found(access: Access) -> list[MachineClient]:
    return list(list_clients(_cognito(), access.pool))


def _cognito() -> "CognitoIdentityProviderClient":
    client: CognitoIdentityProviderClient = boto3.client("cognito-idp")
    return client
