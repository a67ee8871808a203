"""Who may sign in, in Cognito."""

from typing import TYPE_CHECKING

import boto3

from local.console import console
from local.deployment import sam
from local.secrets import Secrets, User
from local.settings import Settings
from local.stack.description import Stack
from notifications.contracts.enumerations import Role

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

ROLES = tuple(role.name for role in Role)


def add(settings: Settings, email: str, role: str) -> None:
    """Let somebody sign in, now and after the next `up`; somebody known gets the role and keeps the password."""
    stack, secrets = Stack.read(settings), Secrets.load(settings)
    user = secrets.put_user(email, role)
    ensure(stack.user_pool_id, user)
    secrets.save(settings)
    console.print(f"{user.email} has the role {user.role} and the password {user.password}", soft_wrap=True)


def invite(stack: str, email: str, role: str) -> None:
    """Let somebody sign in to a stack on AWS, in the caller's account; Cognito mails an invitation to who is new."""
    pool = sam.outputs(stack)["UserPoolId"]
    cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp")
    try:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            DesiredDeliveryMediums=["EMAIL"],
        )
    except cognito.exceptions.UsernameExistsException:
        _leave_groups(cognito, pool, email)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=role)
    console.print(f"{email} has the role {role} in {stack}", soft_wrap=True)


def _leave_groups(cognito: "CognitoIdentityProviderClient", pool: str, email: str) -> None:
    for role in ROLES:
        cognito.admin_remove_user_from_group(UserPoolId=pool, Username=email, GroupName=role)


def ensure(pool: str, user: User) -> None:
    """Have the user in the pool with this password and in this group only."""
    cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp")
    try:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=user.email,
            UserAttributes=[{"Name": "email", "Value": user.email}, {"Name": "email_verified", "Value": "true"}],
            MessageAction="SUPPRESS",
        )
    except cognito.exceptions.UsernameExistsException:
        _leave_groups(cognito, pool, user.email)
    cognito.admin_set_user_password(UserPoolId=pool, Username=user.email, Password=user.password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=user.email, GroupName=user.role)


def token(client: str, user: User) -> str:
    """A fresh token for the API."""
    cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp")
    answer = cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.email, "PASSWORD": user.password},
    )
    return answer["AuthenticationResult"]["IdToken"]
