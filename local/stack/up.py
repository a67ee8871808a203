"""Brings the whole stack up; what is there already is left as it is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3

from local.console import step
from local.deployment import platforms, sam, warm_up
from local.deployment.record import Record
from local.secrets import Secrets
from local.servers import ministack, postgres, simulator
from local.servers.server import Service
from local.settings import Settings
from local.stack.description import Stack
from ops import users
from ops.site import build, publish
from tooling.errors import LocalStackError
from tooling.fingerprint import fingerprint
from tooling.lock import exclusive

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

# A laptop's processors are busy with these; more would only take longer to start.
SENDERS = "4"
REPORT_SENDER = "reports@notifications.local"
REPORT_RECIPIENT = "marketing@notifications.local"


def up(settings: Settings) -> Stack:
    """Start what does not run, deploy what has changed, and tell where everything is."""
    with exclusive(settings.state / "lock", "up"):
        secrets = Secrets.load(settings)
        aws = ministack.service(settings)
        record = Record(aws)
        if record.fingerprint() == "":
            # A deployment was cut short; what is in memory only is better made anew than repaired.
            aws.stop()
        build.build_aside()
        _start_servers(settings, secrets, aws)
        is_new = _deploy(settings, _parameters(settings, secrets), record)
        stack = _finish(settings, secrets)
        if is_new:
            _warm()
        return stack


def _start_servers(settings: Settings, secrets: Secrets, aws: Service) -> None:
    with step("PostgreSQL") as current:
        postgres.prepare(settings, secrets)
        current.note = _ensure(postgres.service(settings))
    with step("MiniStack") as current:
        current.note = _ensure(aws)
    if settings.provider_url is None:
        with step("Provider") as current:
            current.note = _ensure(simulator.service(settings))


def _ensure(service: Service) -> str:
    started = service.ensure()
    return f"port {service.port}" if started else f"port {service.port}, was running"


def _deploy(settings: Settings, parameters: dict[str, str], record: Record) -> bool:
    wanted = fingerprint(sam.SOURCES, parameters)
    if record.fingerprint() == wanted:
        return False
    with step("sam build") as current:
        current.note = "" if sam.build(settings, platforms.of_this_machine()) else "nothing has changed"
    with step("sam deploy") as current:
        record.write("")
        sam.deploy(settings, parameters)
        record.write(wanted)
        current.note = sam.STACK_NAME
    return True


def _parameters(settings: Settings, secrets: Secrets) -> dict[str, str]:
    return {
        "Stage": "local",
        "DatabaseUrl": postgres.url(settings, secrets),
        "ProviderUrl": settings.provider_url or settings.stand_in_url,
        "ProviderToken": secrets.provider_token,
        "ReportSender": REPORT_SENDER,
        "ReportRecipients": REPORT_RECIPIENT,
        "ExactSlashRoutes": "true",
        "SavedQueries": "false",
        "ApiOriginDomain": "localhost",
        "ApiOriginPort": str(settings.ministack_port),
        "CognitoUrl": settings.aws_url,
        "SenderConcurrency": SENDERS,
    }


def _finish(settings: Settings, secrets: Secrets) -> Stack:
    with step("Users and the reports' sender") as current:
        outputs = sam.outputs()
        for user in secrets.users:
            users.ensure(outputs["UserPoolId"], user)
        ses: SESV2Client = boto3.client("sesv2")
        ses.create_email_identity(EmailIdentity=REPORT_SENDER)
        current.note = ", ".join(user.email for user in secrets.users)
    stack = Stack.describe(settings, secrets, outputs, has_site=_publish_site(settings, outputs))
    stack.write(settings)
    return stack


def _warm() -> None:
    with step("Senders") as current:
        warm_up.warm(sam.outputs()["SenderFunctionName"], instances=int(SENDERS))
        current.note = f"{SENDERS} are warm"


def _publish_site(settings: Settings, outputs: Mapping[str, str]) -> bool:
    """Whether there is an admin site now; where it cannot be built, the rest does without."""
    with step("Admin site") as current:
        try:
            build.build()
        except LocalStackError as error:
            current.note = f"left out: {error}"
            return False
        current.note = f"{publish.publish(outputs, cognito_url=settings.aws_url)} files"
    return True
