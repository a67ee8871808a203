"""Command `up`: starts the servers that are not running, and deploys changed code."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3

from local.deployment import emulator, platforms, providers, record, sam
from local.deployment.secrets_manager import secret_of, text_of
from local.deployment.warm_up import warm_up
from local.secrets import Secrets
from local.servers import ministack, postgres, simulator
from local.servers.server import Server
from local.settings import Settings
from local.stack.description import Stack
from ops import stack as stacks
from ops import users
from ops.machines import clients as machines
from ops.site import build as site
from ops.site.publish import publish
from ops.sync import sync
from tooling.console import step
from tooling.errors import CommandError
from tooling.fingerprint import fingerprint
from tooling.lock import exclusive
from tooling.process import BackgroundProcess

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

# Four senders keep the processors of a laptop busy; more would only lengthen the start.
SENDERS = 4
REPORT_SENDER = "reports@notifications.local"
REPORT_RECIPIENT = "marketing@notifications.local"


def up(settings: Settings) -> Stack:
    """Start the stack from any state that an earlier command has left, and describe it."""
    with exclusive(settings.state_dir / "lock", "up"):
        secrets = Secrets.load(settings)
        aws = ministack.server(settings)
        if record.read(aws) == record.INTERRUPTED:
            # MiniStack keeps its state in memory, so a restart is cheaper than a repair.
            aws.stop()
        _start_site_build(settings)
        _start_servers(settings, aws)
        is_new = _deploy(settings, _parameters(settings, secrets), aws)
        outputs = stacks.outputs(sam.STACK_NAME)
        _create_users(secrets, outputs)
        machine = machines.read(outputs["UserPoolId"], outputs["MachineClientId"])
        receipt_secret, has_site = text_of(outputs["ReceiptSecretArn"]), _publish_site(settings, outputs)
        stack = Stack.describe(settings, secrets, outputs, machine, receipt_secret=receipt_secret, has_site=has_site)
        stack.write(settings)
        if not settings.provider_url:
            simulator.send_receipts_to(settings, stack.api_url, stack.receipt_secret)
        if is_new:
            with step("Senders") as current:
                warm_up(outputs["SenderFunctionName"], instances=SENDERS)
                current.note = f"{SENDERS} instances started"
        return stack


def _start_site_build(settings: Settings) -> None:
    """Start the build of the admin site in the background; `_publish_site` waits for it."""
    if not site.is_built():
        command = (sys.executable, "-m", "ops.site")
        BackgroundProcess(settings.log_file("site-build"), command, os.environ).start()


def _start_servers(settings: Settings, aws: Server) -> None:
    own = () if settings.provider_url else (simulator.server(settings),)
    for server in (postgres.server(settings), aws, *own):
        with step(server.title) as current:
            is_new = server.ensure_running()
            current.note = f"port {server.port}" if is_new else f"port {server.port}, already running"


def _deploy(settings: Settings, parameters: dict[str, str], aws: Server) -> bool:
    """Deploy, and return True, unless only functions have changed, which are uploaded, or nothing has."""
    stack, packages = fingerprint(sam.STACK_SOURCES, parameters), fingerprint([sam.PACKAGES])
    wanted, deployed = f"{stack} {packages}", record.read(aws) or record.INTERRUPTED
    if deployed == wanted:
        return False
    if deployed.startswith(stack):
        with step("Changed functions") as current:
            current.note = ", ".join(sync(sam.STACK_NAME))
            record.write(wanted)
        return False
    with step("sam build") as current:
        current.note = "" if sam.build(settings, platforms.machine_platform()) else "no changes"
    with step("sam deploy") as current:
        emulator.deploy(settings)
        record.write(record.INTERRUPTED)
        sam.deploy(settings, parameters)
        # A deployment leaves out a function that was uploaded and has been changed back since.
        sync(sam.STACK_NAME)
        record.write(wanted)
        current.note = sam.STACK_NAME
    return True


def _parameters(settings: Settings, secrets: Secrets) -> dict[str, str]:
    return {
        "Stage": "local",
        "DatabaseSecret": secret_of("database", postgres.url(settings, secrets)),
        **providers.parameters(settings, secrets),
        "ReportSender": REPORT_SENDER,
        "ReportRecipients": REPORT_RECIPIENT,
        "SenderConcurrency": str(SENDERS),
    }


def _create_users(secrets: Secrets, outputs: Mapping[str, str]) -> None:
    with step("Users and the sender of reports") as current:
        for user in secrets.users:
            users.put(outputs["UserPoolId"], user.email, user.role, user.password)
        ses: SESV2Client = boto3.client("sesv2")
        ses.create_email_identity(EmailIdentity=REPORT_SENDER)
        current.note = ", ".join(user.email for user in secrets.users)


def _publish_site(settings: Settings, outputs: Mapping[str, str]) -> bool:
    """Publish the admin site. Returns False if it cannot be built; the stack works without it."""
    with step("Admin site") as current:
        try:
            site.build()
        except CommandError as error:
            current.note = f"not built: {error}"
            return False
        current.note = f"{publish(outputs, cognito_url=settings.aws_url)} files"
    return True
