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
    for page in cognito.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool):
        for client in page["UserPoolClients"]:
            if client["ClientName"].startswith(PREFIX):
                yield MachineClient(client["ClientName"].removeprefix(PREFIX), client["ClientId"])
