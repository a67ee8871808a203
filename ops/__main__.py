"""Commands for a stack on AWS, with the caller's credentials: `python -m ops COMMAND --stack notifications-prod`."""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ops import report, restore, users
from ops import stack as stacks
from ops.changesets import execution, review
from ops.errors import AwsError
from ops.logs import lines
from ops.logs.filter import Subject
from ops.machines import commands as machines
from ops.machines.access import Access
from ops.site.export import export
from ops.site.publish import publish
from ops.sync import sync
from ops.verify.clients import add_phone
from ops.verify.run import verify
from ops.verify.target import on_aws
from tooling import command


def main() -> int:
    """Run the command of the command line and return its exit code."""
    return command.run(partial(_run, **vars(_parser().parse_args())))


def _run(run: Any, **given: Any) -> None:
    try:
        run(**given)
    except (BotoCoreError, ClientError) as error:
        raise AwsError(f"{error}. Check the stack's name, and account and region with: aws configure list") from error


def _user(stack: str, email: str, role: str) -> None:
    users.invite(stack, email, role)
    print(f"{email} has the role {role} in {stack}")


def _machine(stack: str, name: str, role: str) -> None:
    machines.make(Access.of(stack), stacks.outputs(stack)["TokenUrl"], name=name, role=role)


def _machines(stack: str) -> None:
    machines.show(Access.of(stack))


def _machine_revoke(stack: str, name: str, client_id: str) -> None:
    machines.revoke(Access.of(stack), name=name, client_id=client_id)


def _restored(stack: str, at: str) -> None:
    print(restore.summary(restore.hold_back(stack, at)))


def _report(stack: str) -> None:
    report.send(stack)
    print(f"{stack} has mailed today's report")


def _logs(stack: str, hours: float, **subject: Any) -> None:
    lines.show(stack, Subject(**subject), since=datetime.now(UTC) - timedelta(hours=hours))


def _sync(stack: str) -> None:
    changed = sync(stack)
    print(f"Uploaded to {stack}: {', '.join(changed)}" if changed else f"{stack} has this code already")


def _verify(stack: str, phone: str, simulator: str) -> None:
    verify(on_aws(stack, simulator), phone)


def _site(stack: str) -> None:
    outputs = stacks.outputs(stack)
    count = publish(outputs, cognito_url=_cognito_url())
    print(f"{count} files are at {outputs['AdminUrl']}")


def _site_files(stack: str, folder: Path) -> None:
    count = export(folder, stacks.outputs(stack), cognito_url=_cognito_url())
    print(f"{count} files are in {folder}. How to serve them: docs/admin/README.md, On a host of your own")


def _cognito_url() -> str:
    return f"https://cognito-idp.{boto3.client('cloudformation').meta.region_name}.amazonaws.com/"


def _changeset(sam_output: Path, artifact: Path) -> None:
    arn = review.keep(sam_output, artifact)
    print(review.summary(boto3.client("cloudformation"), arn))


def _execute(artifact: Path) -> None:
    arn = review.kept(artifact)
    if arn is None:
        print("Nothing to do: the change set has no changes")
        return
    print(f"{execution.execute(boto3.client('cloudformation'), arn)} is up to date")


def _parser() -> argparse.ArgumentParser:
    stack = argparse.ArgumentParser(add_help=False)
    stack.add_argument("--stack", required=True, help="the stack's name in CloudFormation")
    parser = argparse.ArgumentParser(prog="python -m ops", description=__doc__)
    commands = parser.add_subparsers(required=True)
    user = commands.add_parser("user", parents=[stack], help="invite a user, or change a user's role")
    user.add_argument("email", type=users.mail_address)
    user.add_argument("role", choices=users.ROLES)
    user.set_defaults(run=_user)
    machine = commands.add_parser("machine", parents=[stack], help="make a client of the API for a program")
    machines.add_machine(machine)
    machine.set_defaults(run=_machine)
    listed = commands.add_parser("machines", parents=[stack], help="list the clients of programs")
    listed.set_defaults(run=_machines)
    revocation = commands.add_parser("machine-revoke", parents=[stack], help="revoke clients of programs")
    machines.add_revocation(revocation)
    revocation.set_defaults(run=_machine_revoke)
    restored = commands.add_parser(
        "restored", parents=[stack], help="pause mailings that a restored database would repeat"
    )
    restored.add_argument("at", help="time of the copy, such as 2026-11-23T10:00:00Z")
    restored.set_defaults(run=_restored)
    logs = commands.add_parser("logs", parents=[stack], help="print the log lines about one subject")
    lines.add_subject(logs)
    logs.add_argument("--hours", type=float, default=24, help="how far back to read")
    logs.set_defaults(run=_logs)
    today = commands.add_parser("report", parents=[stack], help="mail the report of today up to now")
    today.set_defaults(run=_report)
    changed = commands.add_parser("sync", parents=[stack], help="upload functions whose code has changed")
    changed.set_defaults(run=_sync)
    checks = commands.add_parser("verify", parents=[stack], help="check the stack by a mailing to ten clients")
    add_phone(checks)
    checks.add_argument("--simulator", default="", help="URL of the provider simulator, if the stack sends to one")
    checks.set_defaults(run=_verify)
    site = commands.add_parser("site", parents=[stack], help="publish the built admin site")
    site.set_defaults(run=_site)
    files = commands.add_parser("site-files", parents=[stack], help="copy the built admin site for another host")
    files.add_argument("folder", type=Path, help="folder to copy the files into")
    files.set_defaults(run=_site_files)
    _add_changesets(commands)
    return parser


def _add_changesets(commands: Any) -> None:
    changeset = commands.add_parser("changeset", help="print the change set that SAM created, and keep its ARN")
    changeset.add_argument("sam_output", type=Path, help="output of sam deploy --no-execute-changeset --output json")
    changeset.add_argument("artifact", type=Path, help="file to keep the ARN in")
    changeset.set_defaults(run=_changeset)
    execute = commands.add_parser("execute", help="execute exactly the change set that was kept")
    execute.add_argument("artifact", type=Path, help="file with the ARN")
    execute.set_defaults(run=_execute)


if __name__ == "__main__":
    sys.exit(main())
