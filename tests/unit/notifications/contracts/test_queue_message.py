import json
from pathlib import Path

import pytest

from notifications.contracts.queue_message import QueueMessage, read_batch
from tooling.paths import ROOT


def test_a_written_body_is_read_back() -> None:
    written = QueueMessage(message_id=2**63 - 1, mailing_id=7)
    assert QueueMessage.of({"body": written.to_body()}) == written


def test_bodies_of_older_and_newer_versions_are_read() -> None:
    older, newer = '{"message_id": 1}', '{"message_id": 1, "mailing_id": 7, "priority": "high"}'
    assert [QueueMessage.of({"body": body}) for body in (older, newer)] == [
        QueueMessage(message_id=1),
        QueueMessage(message_id=1, mailing_id=7),
    ]


def test_a_batch_is_split_into_messages_and_unreadable_records() -> None:
    bodies = ['{"message_id": 2}', "", '{"message_id": "3"}', '{"message_id": 0}', '{"message_id": 4}']
    records = [{"messageId": f"r{number}", "body": body} for number, body in enumerate(bodies)]
    assert read_batch(records) == ([2, 4], ["r1", "r2", "r3"])


@pytest.mark.parametrize("sample", sorted((ROOT / "events/sender").glob("*.json")), ids=lambda path: path.stem)
def test_sample_events_have_readable_bodies(sample: Path) -> None:
    records = json.loads(sample.read_text())["Records"]
    assert any(QueueMessage.of(record) for record in records)
