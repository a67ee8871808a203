"""Every sample event has the effect in its name; the API has its own in `api/test_sample_events.py`."""

import json
import os
import re
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from pydantic import ValidationError
from sqlalchemy import Engine, text

import canary.bootstrap
import canary.handler
import dead_letters.bootstrap
import dead_letters.handler
import dispatcher.bootstrap
import dispatcher.handler
import importer.bootstrap
import importer.handler
import migrator.bootstrap
import migrator.handler
import receiver.bootstrap
import receiver.handler
import reporter.bootstrap
import reporter.handler
import sender.handler
from migrator.deployment import digest
from notifications.clients.erasure.hashes import phone_hash
from notifications.clients.erasure.journal import Journal
from notifications.clients.imports import importer_runs
from notifications.clients.imports import repository as imports
from notifications.clients.imports.uploads import Uploads
from notifications.contracts.enumerations import JobStatus
from notifications.contracts.reasons import Reason
from notifications.database import migrations
from notifications.providers import health
from notifications.providers.circuit_breaker import CallResults
from notifications.providers.rate_limiter import BatchCalls
from tests.integration.events.conftest import EVENTS, Answers, event
from tests.support.functions.api import ERASURE_KEY
from tests.support.functions.gateway import Context as GatewayContext
from tests.support.functions.invocations import TickContext
from tests.support.mailings.planned import AUTHOR
from tests.support.sender.scenario import SenderScenario

TESTED = {
    "dispatcher/tick",
    "dispatcher/wake",
    "sender/batch",
    "sender/delivered-twice",
    "sender/unreadable",
    "dead_letters/given-up",
    "dead_letters/unreadable",
    "receiver/batch",
    "receiver/end-user-messaging",
    "receiver/unknown-message",
    "receiver/unreadable",
    "reporter/daily",
    "reporter/manual",
    "canary/scheduled",
    "importer/started",
    "migrator/create",
    "migrator/update",
    "migrator/delete",
    "migrator/restored",
    "migrator/accepted-clients",
}


class Context(GatewayContext):
    """Context of an invocation with two minutes left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 120_000


@pytest.fixture
def scenario(engine: Engine) -> SenderScenario:
    return SenderScenario(engine, now=datetime.now(UTC))


def test_every_event_is_tested() -> None:
    found = {str(path.relative_to(EVENTS).with_suffix("")) for path in EVENTS.glob("*/*.json")}
    assert {name for name in found if not name.startswith("api/")} == TESTED


@pytest.mark.parametrize("name", ["dispatcher/tick", "dispatcher/wake"])
def test_a_tick_queues_due_messages(scenario: SenderScenario, name: str) -> None:
    scenario.fill(2, status="pending")
    dispatcher.handler.build_handler(dispatcher.bootstrap.from_environment())(event(name), TickContext())
    queued = boto3.client("sqs").receive_message(QueueUrl=os.environ["QUEUE_URL"], MaxNumberOfMessages=10)["Messages"]
    assert sorted(json.loads(each["Body"])["message_id"] for each in queued) == [1, 2]
    assert scenario.statuses() == {"queued": 2}


def test_a_tick_is_not_held_back_by_the_breaker_of_a_former_provider(scenario: SenderScenario) -> None:
    scenario.fill(2, status="pending")
    refused = CallResults(unauthorized=True, reason="token", reason_code=Reason.TOKEN_INVALID)
    with scenario.engine.begin() as connection:
        health.record_results(connection, "http-former.example.org", refused, BatchCalls(), now=scenario.now)
    dispatcher.handler.build_handler(dispatcher.bootstrap.from_environment())(event("dispatcher/tick"), TickContext())
    assert scenario.statuses() == {"queued": 2}


@pytest.mark.filterwarnings("ignore:No application metrics to publish")
def test_an_import_is_done(engine: Engine) -> None:
    s3, now = boto3.client("s3"), datetime.now(UTC)
    s3.create_bucket(Bucket="uploads", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    uploads = Uploads(lambda: s3, lambda: "uploads")
    with engine.begin() as connection:
        waiting = imports.create(connection, dry_run=False, author=AUTHOR, now=now)
        assert uploads.find(waiting.upload_key) is None
        s3.put_object(Bucket="uploads", Key=waiting.upload_key, Body=b"phone,timezone\n79260000001,UTC\n")
        imports.start(connection, waiting, uploads.find(waiting.upload_key), author=AUTHOR, now=now)
    assert event("importer/started") == importer_runs.START_EVENT
    importer.handler.build_handler(importer.bootstrap.from_environment())(event("importer/started"), Context())
    with engine.connect() as connection:
        done = imports.get(connection, waiting.id, now=now)
    assert (done.status, done.created, done.bytes_done) == (JobStatus.FINISHED, 1, done.bytes_total)


def test_a_canary_is_created(scenario: SenderScenario) -> None:
    canary.handler.build_handler(canary.bootstrap.from_environment())(event("canary/scheduled"), Context())
    with scenario.engine.connect() as connection:
        created = connection.execute(text("SELECT phone, status FROM direct_message JOIN message ON id = message_id"))
        assert created.all() == [(os.environ["CANARY_PHONE"], "pending")]


def test_a_batch_is_delivered(scenario: SenderScenario, deliver: sender.handler.Handler) -> None:
    scenario.fill(2)
    assert deliver(event("sender/batch"), Context()) == {"batchItemFailures": []}
    assert scenario.statuses() == {"sent": 2}


def test_a_message_delivered_twice_is_sent_once(scenario: SenderScenario, deliver: sender.handler.Handler) -> None:
    scenario.fill(1)
    assert deliver(event("sender/delivered-twice"), Context()) == {"batchItemFailures": []}
    assert (scenario.statuses(), scenario.row().attempts) == ({"sent": 1}, 1)


def test_a_record_that_cannot_be_read_is_given_back(scenario: SenderScenario, deliver: sender.handler.Handler) -> None:
    scenario.fill(1)
    batch = event("sender/unreadable")
    unreadable = batch["Records"][1]["messageId"]
    assert deliver(batch, Context()) == {"batchItemFailures": [{"itemIdentifier": unreadable}]}
    assert scenario.statuses() == {"sent": 1}


@pytest.mark.parametrize(("name", "failed"), [("dead_letters/given-up", 1), ("dead_letters/unreadable", 0)])
def test_a_dead_letter_is_recorded(scenario: SenderScenario, name: str, failed: int) -> None:
    letter = event(name)
    scenario.now = datetime.fromtimestamp(int(letter["Records"][0]["attributes"]["SentTimestamp"]) / 1000, UTC)
    scenario.fill(1)
    dead_letters.handler.build_handler(dead_letters.bootstrap.from_environment())(letter, Context())
    assert scenario.statuses().get("failed", 0) == failed
    with scenario.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM dead_letter")).scalar_one() == 1


def test_receipts_are_applied(scenario: SenderScenario) -> None:
    scenario.fill(2, status="sent")
    assert receive("receiver/batch") == {"batchItemFailures": []}
    assert deliveries(scenario) == {1: "delivered", 2: "undeliverable"}


def test_events_of_aws_end_user_messaging_are_applied_as_receipts(scenario: SenderScenario) -> None:
    scenario.fill(2, status="sent")
    assert receive("receiver/end-user-messaging") == {"batchItemFailures": []}
    assert deliveries(scenario) == {1: "delivered", 2: "undeliverable"}


def test_receipts_that_cannot_be_read_are_given_back(scenario: SenderScenario) -> None:
    scenario.fill(2, status="sent")
    unreadable = event("receiver/unreadable")["Records"][1]["messageId"]
    assert receive("receiver/unreadable") == {"batchItemFailures": [{"itemIdentifier": unreadable}]}
    assert deliveries(scenario) == {1: "delivered", 2: "undeliverable"}


def test_receipts_of_unknown_messages_are_kept(scenario: SenderScenario) -> None:
    assert receive("receiver/unknown-message") == {"batchItemFailures": []}
    with scenario.engine.connect() as connection:
        assert connection.execute(text("SELECT message_id FROM early_receipt")).scalars().all() == [404]


def receive(name: str) -> dict[str, Any]:
    return receiver.handler.build_handler(receiver.bootstrap.from_environment())(event(name), Context())


def deliveries(scenario: SenderScenario) -> dict[int, str]:
    with scenario.engine.connect() as connection:
        return dict(connection.execute(text("SELECT message_id, state FROM delivery")).all())


@pytest.mark.parametrize(("name", "repeated"), [("reporter/daily", "before"), ("reporter/manual", None)])
def test_a_report_is_mailed(name: str, repeated: str | None) -> None:
    handler = reporter.handler.build_handler(reporter.bootstrap.from_environment())
    first, second = (handler(event(name), Context())["sent"] for _ in range(2))
    assert first != "before"
    assert second == repeated or (repeated is None and second not in {first, "before"})


@pytest.mark.parametrize("name", ["migrator/create", "migrator/update"])
def test_the_migrator_updates_the_schema(engine: Engine, cloudformation: Answers, name: str) -> None:
    migrations.downgrade(engine, "base")
    answer = _answer(cloudformation, name)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "schema")
    assert re.fullmatch("[0-9a-f]{16}", answer["Data"]["Digest"])
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM mailing")).scalar_one() == 0


def test_a_changed_configuration_changes_the_digest() -> None:
    given = event("migrator/update")
    before, after = given["OldResourceProperties"]["Configuration"], given["ResourceProperties"]["Configuration"]
    assert digest(before) != digest(after)
    assert digest(after) == digest(dict(reversed(after.items())))


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("name", "sent"),
    [("migrator/create", {("Ticks", "dispatcher"), ("ReportSent", "reporter")}), ("migrator/update", set())],
)
def test_the_creation_of_a_stack_counts_as_the_first_tick_and_report(
    cloudformation: Answers, capsys: pytest.CaptureFixture[str], name: str, sent: set[tuple[str, str]]
) -> None:
    _answer(cloudformation, name)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert {(metric, line["service"]) for line in lines for metric in ("Ticks", "ReportSent") if metric in line} == sent


def test_deleting_the_resource_keeps_the_schema(scenario: SenderScenario, cloudformation: Answers) -> None:
    scenario.fill(1)
    assert _answer(cloudformation, "migrator/delete")["Status"] == "SUCCESS"
    assert scenario.statuses() == {"queued": 1}


def test_machine_clients_of_the_user_pool_are_accepted(cloudformation: Answers) -> None:
    cognito = boto3.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    made = [
        cognito.create_user_pool_client(UserPoolId=pool, ClientName=name)["UserPoolClient"]["ClientId"]
        for name in ("machine-crm", "another", "machine-crm")
    ]
    own = ["api", "machine"]
    answer = _answer(cloudformation, "migrator/accepted-clients", UserPoolId=pool, OwnClientIds=own)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "accepted-clients")
    assert answer["Data"] == {"ClientIds": ",".join([*own, *sorted([made[0], made[2]])])}


def test_a_user_pool_that_cannot_be_read_fails_the_deployment(cloudformation: Answers) -> None:
    with pytest.raises(ClientError):
        _answer(cloudformation, "migrator/accepted-clients", UserPoolId="eu-central-1_none")
    (answer,) = cloudformation.received
    assert (answer["Status"], answer["Reason"][:26]) == ("FAILED", "ResourceNotFoundException:")


def test_mailings_of_a_restored_database_are_paused(scenario: SenderScenario) -> None:
    scenario.fill(2)
    held = migrate(event("migrator/restored") | {"restored_from": scenario.now.isoformat()})
    assert held == {"mailings": [1], "unknown": 2, "test_sends": 0, "erased": 0}
    assert scenario.statuses() == {"unknown": 2}


def test_a_person_who_was_erased_after_the_copy_is_erased_from_a_restored_database(scenario: SenderScenario) -> None:
    scenario.fill(2)
    journal = Journal(lambda: boto3.client("s3"), lambda: "erasures")
    journal.write(phone_hash(ERASURE_KEY, "79260000001"), at=scenario.now)
    held = migrate(event("migrator/restored") | {"restored_from": scenario.now.isoformat()})
    assert held == {"mailings": [1], "unknown": 2, "test_sends": 0, "erased": 1}
    with scenario.engine.connect() as connection:
        assert connection.execute(text("SELECT phone FROM client")).scalars().all() == ["79260000002"]


@pytest.mark.parametrize("given", [{}, {"restored_from": "yesterday"}, {"restored_from": "2026-11-23T10:00:00"}])
def test_a_restore_without_its_time_is_refused(scenario: SenderScenario, given: dict[str, str]) -> None:
    scenario.fill(1)
    with pytest.raises(ValidationError, match="restored_from"):
        migrate(given)
    assert scenario.statuses() == {"queued": 1}


def migrate(given: dict[str, Any]) -> dict[str, Any] | None:
    return migrator.handler.build_handler(migrator.bootstrap.from_environment())(given, Context())


def _answer(cloudformation: Answers, name: str, **properties: Any) -> dict[str, Any]:
    sample = event(name)
    sample["ResourceProperties"] |= properties
    migrate(sample | {"ResponseURL": cloudformation.url})
    (answer,) = cloudformation.received
    return answer
