"""Mails by SES, with errors that name the remedy."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from notifications.contracts.errors import NotificationsError
from notifications.contracts.observability import logger
from reporter.mail import Mail

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import MessageTypeDef

REFUSALS = frozenset({"MessageRejected", "MailFromDomainNotVerifiedException"})


class MailRefused(NotificationsError):
    """SES refuses the mail, most often because an identity is not verified."""


def send(client: "SESV2Client", mail: Mail, *, sender: str, recipients: list[str], configuration_set: str) -> str:
    """Send a mail and return its SES id.

    Raises:
        MailRefused: SES will not accept the mail, however often it is tried.
    """
    try:
        answer = client.send_email(
            FromEmailAddress=sender,
            ConfigurationSetName=configuration_set,
            Destination={"ToAddresses": recipients},
            Content={"Simple": _content(mail)},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in REFUSALS:
            raise MailRefused(_advice(error, client.meta.region_name, sender, recipients)) from error
        raise
    logger.info("report sent", extra={"subject": mail.subject, "ses_message_id": answer["MessageId"]})
    return answer["MessageId"]


def _content(mail: Mail) -> "MessageTypeDef":
    return {
        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
        "Body": {
            "Text": {"Data": mail.text, "Charset": "UTF-8"},
            "Html": {"Data": mail.html, "Charset": "UTF-8"},
        },
        "Attachments": [
            {
                "FileName": mail.table_name,
                "ContentType": "text/csv; charset=utf-8",
                "ContentDisposition": "ATTACHMENT",
                "RawContent": mail.table,
            }
        ],
    }


def _advice(error: ClientError, region: str, sender: str, recipients: list[str]) -> str:
    return (
        f"SES refuses the report: {error.response['Error']['Message']} "
        f"The sender {sender} or its domain must be a verified identity in {region}; while the account is in the "
        f"SES sandbox each recipient must be one too: {', '.join(recipients)}. "
        "Parameters: ReportSender, ReportRecipients. See docs/runbook.md, ReportMissing."
    )
