"""The local stack's commands: `python -m local COMMAND`."""

import argparse
import sys

from local import environment
from local.demo.demo import demo
from local.processes import files, interrupts
from local.report import report
from local.sam_local.run import sam_local
from local.secrets import Secrets
from local.servers import ministack
from local.settings import Settings
from local.stack import guide
from local.stack.description import Stack
from local.stack.down import clean, down
from local.stack.status import status
from local.stack.up import up
from ops import users
from ops.logs import logs
from ops.restore import restored
from tooling.errors import CommandFailed, LocalStackError

LOG_LINES_SHOWN = 25
INTERRUPTED = 130


def main() -> int:
    """Run the command; gives its exit code."""
    arguments = vars(_parser().parse_args())
    run = arguments.pop("run")
    interrupts.install()
    try:
        settings = Settings.read()
        if not arguments.get("stack"):
            environment.isolate(settings)
        run(settings, **arguments)
    except LocalStackError as error:
        if isinstance(error, CommandFailed):
            print(files.tail(error.log, LOG_LINES_SHOWN), file=sys.stderr)
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; the same command again goes on from here, make down ends what runs", file=sys.stderr)
        return INTERRUPTED
    return 0


def _up(settings: Settings) -> None:
    guide.show(settings, up(settings))


def _demo(settings: Settings) -> None:
    stack = up(settings)
    demo(settings, stack)
    guide.show(settings, stack)


def _ministack(settings: Settings) -> None:
    ministack.service(settings).become()


def _user(settings: Settings, email: str, role: str, stack: str | None) -> None:
    if stack:
        users.invite(stack, email, role)
    else:
        users.add(settings, email, role)


def _token(settings: Settings) -> None:
    print(users.token(Stack.read(settings).user_pool_client_id, Secrets.load(settings).admin))


COMMANDS = (
    ("up", _up, "bring the stack up"),
    ("demo", _demo, "bring it up and send a mailing to the sample clients"),
    ("down", down, "end what it runs; the data stays"),
    ("clean", clean, "end what it runs and wipe the data"),
    ("status", status, "what runs, and where"),
    ("token", _token, "print a token of the admin for the REST API"),
    ("ministack", _ministack, "be MiniStack, in the foreground"),
    ("sam-local", sam_local, "run each function, and the API, by sam local"),
    ("report", report, "send today's report and show it"),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, run, what in COMMANDS:
        commands.add_parser(name, help=what).set_defaults(run=run)
    user = commands.add_parser("user", help="let somebody sign in, or change what they may")
    user.add_argument("email")
    user.add_argument("role", choices=users.ROLES)
    user.add_argument("--stack", help="one on AWS, in the account that the caller is signed in to")
    user.set_defaults(run=_user)
    copy = commands.add_parser("restored", help="hold back what a restored database would send a second time")
    copy.add_argument("at", help="when the copy was made: 2026-11-23T10:00:00Z")
    copy.add_argument("--stack", help="one on AWS, in the account that the caller is signed in to")
    copy.set_defaults(run=restored)
    story = commands.add_parser("logs", help="the story of a mailing, a message or a client, from the logs")
    for subject in ("mailing", "message", "client"):
        story.add_argument(f"--{subject}", type=int)
    story.set_defaults(run=logs)
    return parser


if __name__ == "__main__":
    sys.exit(main())
