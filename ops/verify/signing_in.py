"""Tokens for the checks: of a user that exists for their duration, and of the stack's machine client."""

from contextlib import ExitStack

import httpx

from notifications.contracts.enumerations import Role
from ops import users
from ops.machines import clients
from ops.verify.results import Failed
from ops.verify.target import Target

# Deletes clients, which only an admin may. `.invalid` is a domain without mailboxes, and no mail is sent.
USER = "verify@notifications.invalid"


def user_token(target: Target, made: ExitStack) -> str:
    """Create an admin, sign in and return the token. The user is deleted when `made` is closed."""
    pool, password = target.outputs["UserPoolId"], users.new_password()
    made.callback(users.delete, pool, USER)
    users.put(pool, USER, Role.admin.name, password)
    return users.token(target.outputs["UserPoolClientId"], USER, password)


def machine_token(target: Target) -> str:
    """Return a token of the stack's machine client."""
    machine = clients.read(target.outputs["UserPoolId"], target.outputs["MachineClientId"])
    form = {"grant_type": "client_credentials", "scope": machine.scope}
    answer = httpx.post(target.token_url, data=form, auth=(machine.client_id, machine.secret))
    if answer.is_error:
        raise Failed(f"POST {target.token_url} was answered with {answer.status_code}: {answer.text}")
    return str(answer.json()["access_token"])
