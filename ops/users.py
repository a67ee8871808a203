"""Users of a stack and their roles, in its Cognito user pool."""

import re
import secrets
from argparse import ArgumentTypeError
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import boto3

from notifications.contracts.enumerations import Role
from ops import stack

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

ROLES = tuple(role.name for role in Role)


def mail_address(given: str) -> str:
    """Return a mail address that a command was given.

    Raises:
        ArgumentTypeError: Cognito would refuse it.
    """
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", given):
        raise ArgumentTypeError(f"{given!r} is no mail address. Give EMAIL=name@example.org")
    return given


def new_password() -> str:
    """Generate a password with lower and upper case, digits and a special character, valid under every policy."""
    return f"{secrets.token_hex(12)}-Aa1"


def invite(stack_name: str, email: str, role: str) -> None:
    """Set the role of a user. Cognito mails a new user an invitation with a temporary password."""
    pool = stack.outputs(stack_name)["UserPoolId"]
    _put(_cognito(), pool, email, role, DesiredDeliveryMediums=["EMAIL"])


def put(pool: str, email: str, role: str, password: str) -> None:
    """Create or update a user with this password and this one role; no mail is sent."""
    cognito = _cognito()
    _put(cognito, pool, email, role, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)


def delete(pool: str, email: str) -> None:
    """Delete a user, unless there is none."""
    cognito = _cognito()
    with suppress(cognito.exceptions.UserNotFoundException):
        cognito.admin_delete_user(UserPoolId=pool, Username=email)


def token(client_id: str, email: str, password: str) -> str:
    """Sign in and return a token for the REST API.

    Args:
        client_id: the user pool's app client.
        email: the user's name.
        password: the user's password.
    """
    answer = _cognito().initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    return answer["AuthenticationResult"]["IdToken"]


def _cognito() -> "CognitoIdentityProviderClient":
    client: CognitoIdentityProviderClient = boto3.client("cognito-idp")
    return client


def _put(cognito: "CognitoIdentityProviderClient", pool: str, email: str, role: str, **invitation: Any) -> None:
    attributes: Any = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    try:
        cognito.admin_create_user(UserPoolId=pool, Username=email, UserAttributes=attributes, **invitation)
    except cognito.exceptions.UsernameExistsException:
        for each in ROLES:
            cognito.admin_remove_user_from_group(UserPoolId=pool, Username=email, GroupName=each)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=role)
