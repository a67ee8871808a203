"""Which app clients the API accepts: the stack's own, and all machine clients of its user pool."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import boto3

from notifications.events.machine_clients import list_clients
from ops import stack
from ops.errors import ClientsNotAccepted, DeploymentRunning, StackTooOld

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

ATTEMPTS = 20


@dataclass(frozen=True, kw_only=True)
class Access:
    """User pool of a stack, and the authorizer of its API.

    Attributes:
        own: ids of the stack's own app clients: that of people, then that of machines.
    """

    gateway: "ApiGatewayV2Client"
    pool: str
    own: tuple[str, str]
    api: str
    authorizer: str

    @classmethod
    def of(cls, stack_name: str) -> Self:
        """Return the access of a deployed stack.

        Raises:
            DeploymentRunning: a deployment could write the list of accepted clients that it has read before.
        """
        if stack.status(stack_name).endswith("_IN_PROGRESS"):
            raise DeploymentRunning(f"{stack_name} is being deployed. Run this again when the deployment has ended")
        outputs = stack.outputs(stack_name)
        if "AuthorizerId" not in outputs:
            raise StackTooOld(
                f"{stack_name} was deployed by a version without machine clients. Deploy this version first"
            )
        return cls(
            gateway=boto3.client("apigatewayv2"),
            pool=outputs["UserPoolId"],
            own=(outputs["UserPoolClientId"], outputs["MachineClientId"]),
            api=outputs["ApiId"],
            authorizer=outputs["AuthorizerId"],
        )


def accept(access: Access) -> bool:
    """Let the authorizer accept exactly the clients that exist, and return True if it did not before.

    The user pool is the truth. Two commands at once may read the pool and write their lists in any order. So each reads
    both again after it has written, until they agree: the last one to write corrects its own older list.

    Raises:
        ClientsNotAccepted: the lists still differ after 20 attempts.
    """
    for attempt in range(ATTEMPTS):
        wanted = _accepted(access)
        found = access.gateway.get_authorizer(ApiId=access.api, AuthorizerId=access.authorizer)["JwtConfiguration"]
        if sorted(found["Audience"]) == sorted(wanted):
            return attempt > 0
        # API Gateway refuses one of two changes at the same moment.
        with suppress(access.gateway.exceptions.ConflictException):
            access.gateway.update_authorizer(
                ApiId=access.api,
                AuthorizerId=access.authorizer,
                JwtConfiguration={"Issuer": found["Issuer"], "Audience": wanted},
            )
    raise ClientsNotAccepted("the API does not accept the new list of clients yet. Run: make machines")


def _accepted(access: Access) -> list[str]:
    cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp")
    return [*access.own, *sorted(client.client_id for client in list_clients(cognito, access.pool))]
