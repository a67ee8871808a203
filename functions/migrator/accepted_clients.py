"""CloudFormation custom resource with the app clients whose tokens the API accepts.

Machine clients are made and revoked between deployments. The resource reads them from the user pool, so that a
deployment does not remove them from the API's authorizer.
"""

from typing import TYPE_CHECKING, Any

from migrator.custom_resource import answer
from notifications.events.machine_clients import list_clients

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


def follow_clients(cognito: "Callable[[], CognitoIdentityProviderClient]", event: dict[str, Any]) -> None:
    """Answer CloudFormation with the attribute `ClientIds`: ids of app clients, separated by commas.

    Args:
        cognito: returns a client of Cognito.
        event: the custom resource's event, with the user pool and the ids of the stack's own app clients.
    """

    def work() -> dict[str, str]:
        if event["RequestType"] == "Delete":
            return {}
        given = event["ResourceProperties"]
        machines = sorted(client.client_id for client in list_clients(cognito(), given["UserPoolId"]))
        return {"ClientIds": ",".join([*given["OwnClientIds"], *machines])}

    answer(event, "accepted-clients", work)
