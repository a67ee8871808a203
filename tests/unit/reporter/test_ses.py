import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber
from mypy_boto3_sesv2 import SESV2Client

from reporter import ses
from reporter.mail import Mail

MAIL = Mail("Subject", "text", "<p>html</p>", b"id\n", "mailings-2026-11-22.csv")


def stubbed() -> tuple[SESV2Client, Stubber]:
    client = boto3.client(
        "sesv2", region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
    )  # fmt: skip
    stubber = Stubber(client)
    stubber.activate()
    return client, stubber


def send(client: SESV2Client) -> str:
    return ses.send(
        client,
        MAIL,
        sender="report@example.com",
        recipients=["a@example.com", "b@example.com"],
        configuration_set="reports",
    )


def test_text_html_and_table_are_sent() -> None:
    client, stubber = stubbed()
    expected = {
        "FromEmailAddress": "report@example.com",
        "ConfigurationSetName": "reports",
        "Destination": {"ToAddresses": ["a@example.com", "b@example.com"]},
        "Content": {
            "Simple": {
                "Subject": ANY,
                "Body": {
                    "Text": {"Data": "text", "Charset": "UTF-8"},
                    "Html": {"Data": "<p>html</p>", "Charset": "UTF-8"},
                },
                "Attachments": [
                    {
                        "FileName": "mailings-2026-11-22.csv",
                        "ContentType": "text/csv; charset=utf-8",
                        "ContentDisposition": "ATTACHMENT",
                        "RawContent": b"id\n",
                    }
                ],
            }
        },
    }
    stubber.add_response("send_email", {"MessageId": "42"}, expected)
    assert send(client) == "42"


def test_the_error_names_an_unverified_identity() -> None:
    client, stubber = stubbed()
    stubber.add_client_error("send_email", "MessageRejected", "Email address is not verified.")
    with pytest.raises(ses.MailRefused, match=r"report@example\.com .* in eu-central-1.* a@example\.com, b@example"):
        send(client)


def test_other_errors_are_raised_unchanged() -> None:
    client, stubber = stubbed()
    stubber.add_client_error("send_email", "TooManyRequestsException", "slow down")
    with pytest.raises(ClientError):
        send(client)
