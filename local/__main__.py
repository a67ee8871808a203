"""Commands of the local stack: `python -m local COMMAND`."""

import argparse
import sys
from functools import partial
from typing import Any

from local import environment, logs, report
from local.demo.demo import demo
from local.deployment.sam import STACK_NAME
from local.sam_local.run import sam_local
from local.secrets import Secrets
from local.servers import ministack
from local.settings import Settings
from local.stack import guide
from local.stack.description import Stack
from local.stack.down import clean, down
from local.stack.status import status
from local.stack.up import up
from ops import restore, users
from ops import stack as stacks
from ops.logs.lines import add_subject
from ops.machines import commands as machines
from ops.machines.access import Access
from ops.verify.clients import add_phone
from ops.verify.run import verify
from ops.verify.target import Target
from tooling import command


def main() -> int:
    """Run the command of the command line and return its exit code."""
    given = vars(_parser().parse_args())
    remedy = "interrupted. Run the command again to continue, or `make down` to stop the stack."
    return command.run(partial(_run, **given), if_interrupted=remedy)


def _run(run: Any, **given: Any) -> None:
    settings = Settings.read()
    environment.use_local_aws(settings)
    run(settings, **given)


def _up(settings: Settings) -> None:
    guide.show(settings, up(settings))


def _demo(settings: Settings) -> None:
    stack = up(settings)
    demo(settings, stack)
    guide.show(settings, stack)


def _ministack(settings: Settings) -> None:
    ministack.server(settings).become()


def _user(settings: Settings, email: str, role: str) -> None:
    stack, secrets = Stack.read(settings), Secrets.load(settings)
    user = secrets.put_user(email, role)
    users.put(stack.user_pool_id, user.email, user.role, user.password)
    secrets.save(settings)
    print(f"{user.email} has the role {user.role} and the password {user.password}")


def _machine(settings: Settings, name: str, role: str) -> None:
    described = Stack.read(settings)
    machines.make(Access.of(described.stack_name), described.token_url, name=name, role=role)


def _machines(settings: Settings) -> None:
    machines.show(Access.of(Stack.read(settings).stack_name))


def _machine_revoke(settings: Settings, name: str, client_id: str) -> None:
    machines.revoke(Access.of(Stack.read(settings).stack_name), name=name, client_id=client_id)


def _token(settings: Settings) -> None:
    admin = Secrets.load(settings).admin
    print(users.token(Stack.read(settings).user_pool_client_id, admin.email, admin.password))


def _verify(settings: Settings, phone: str) -> None:
    stack = Stack.read(settings)
    target = Target(
        stack_name=STACK_NAME,
        outputs=stacks.outputs(STACK_NAME),
        api_url=stack.api_url,
        token_url=stack.token_url,
        simulator_url="" if settings.provider_url else stack.provider_url,
    )
    verify(target, phone)


def _restored(settings: Settings, at: str) -> None:
    Stack.read(settings)
    print(restore.summary(restore.hold_back(STACK_NAME, at)))


COMMANDS = (
    ("up", _up, "start the stack and deploy what has changed"),
    ("demo", _demo, "start the stack and send a mailing to the sample clients"),
    ("down", down, "stop the stack; the data stays"),
    ("clean", clean, "stop the stack and delete its data"),
    ("status", status, "show the running servers and their addresses"),
    ("user", _user, "add a user, or change a user's role"),
    ("machine", _machine, "make a client of the API for a program"),
    ("machines", _machines, "list the clients of programs"),
    ("machine-revoke", _machine_revoke, "revoke clients of programs"),
    ("token", _token, "print a token of the admin for the REST API"),
    ("logs", logs.show, "print the log lines about a mailing, a message or a client"),
    ("report", report.show, "send today's report and show the mail"),
    ("restored", _restored, "pause mailings that a restored database would repeat"),
    ("verify", _verify, "check the stack by a mailing to ten clients"),
    ("ministack", _ministack, "run MiniStack in the foreground"),
    ("sam-local", sam_local, "run each function, and the API, with sam local"),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(required=True)
    parsers = {}
    for name, run, description in COMMANDS:
        parsers[name] = commands.add_parser(name, help=description)
        parsers[name].set_defaults(run=run)
    parsers["user"].add_argument("email", type=users.mail_address)
    parsers["user"].add_argument("role", choices=users.ROLES)
    machines.add_machine(parsers["machine"])
    machines.add_revocation(parsers["machine-revoke"])
    parsers["restored"].add_argument("at", help="time of the copy, such as 2026-11-23T10:00:00Z")
    add_subject(parsers["logs"])
    add_phone(parsers["verify"])
    return parser


if __name__ == "__main__":
    sys.exit(main())
