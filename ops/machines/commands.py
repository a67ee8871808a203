"""Commands `machine`, `machines` and `machine-revoke`, for a stack on AWS and on MiniStack."""

import argparse

from ops.machines import clients
from ops.machines.access import Access, accept
from ops.users import ROLES


def add_machine(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `machine`."""
    parser.add_argument("name", help="the program's name; several clients may share it")
    parser.add_argument("role", choices=ROLES)


def add_revocation(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command `machine-revoke`."""
    parser.add_argument("--name", default="", help="revoke all clients of this name")
    parser.add_argument("--id", default="", dest="client_id", help="revoke the client with this id alone")


def make(access: Access, token_url: str, *, name: str, role: str) -> None:
    """Create a machine client, and print its id and secret."""
    made = clients.create(access, name, role)
    print(f"client_id      {made.client_id}")
    print(f"client_secret  {made.secret}")
    print(f"scope          {made.scope}")
    print(f"token_url      {token_url}")
    print(f"{name} has the role {role}. Keep the secret now: it is not shown again.")


def show(access: Access) -> None:
    """Print the machine clients. Let the API accept those that an interrupted command or a rollback has left out."""
    for each in clients.listed(access):
        print(f"{each.name:<24} {each.role:<9} {each.created:%Y-%m-%d %H:%M}  {each.client_id}")
    if accept(access):
        print("The API did not accept exactly these clients. It does now.")


def revoke(access: Access, *, name: str, client_id: str) -> None:
    """Revoke machine clients, and print their ids."""
    revoked = clients.revoke(access, name, client_id)
    print(f"{', '.join(revoked)}: revoked, and the API refuses their tokens")
