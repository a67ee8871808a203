"""App clients of machines in the Cognito user pool: programs that call the API with client credentials.

Each has a name, and the scope of its role.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from notifications.contracts.enumerations import Role

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

# Tells the clients of machines from other app clients of the user pool.
PREFIX = "machine-"
# Scope of a machine's token for each role; the resource server in the template has the same names.
SCOPES = {f"notifications/{role.name}": role for role in Role}


class MachineClient(NamedTuple):
    """App client of a machine; several may have the same name."""

    name: str
    client_id: str


def list_clients(cognito: "CognitoIdentityProviderClient", pool: str) -> Iterator[MachineClient]:
    """List the app clients of machines in the user pool, without the one that the stack itself has."""
    for name, client_id in _app_clients(cognito, pool):
        if name.startswith(PREFIX):
            yield MachineClient(name.removeprefix(PREFIX), client_id)


def list_names(cognito: "CognitoIdentityProviderClient", pool: str) -> dict[str, str]:
    """Return the names of all app clients in the user pool by id, those of machines as they were given."""
    return {client_id: name.removeprefix(PREFIX) for name, client_id in _app_clients(cognito, pool)}


def _app_clients(cognito: "CognitoIdentityProviderClient", pool: str) -> Iterator[tuple[str, str]]:
    pages = cognito.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool, PaginationConfig={"PageSize": 60})
    for page in pages:
        for client in page["UserPoolClients"]:
            yield client["ClientName"], client["ClientId"]
