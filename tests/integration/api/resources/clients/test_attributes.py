from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from notifications import message_state
from notifications.contracts.errors import MissingValue
from sender.attempt import personal_text
from tests.support.functions.gateway import Gateway
from tests.support.mailings.claims import claim_messages
from tests.support.mailings.planned import plan

START = datetime.now(UTC) - timedelta(minutes=1)
TEXT = "{{{name}}} {bonus|0} {vip|no} {phone} {operator_code}"


def test_a_claimed_message_has_the_attributes_of_its_text(call: Gateway, engine: Engine) -> None:
    call("POST", "client/", {"phone": "79260000000", "timezone": "UTC", "attributes": {"name": "Ann", "bonus": 1.5}})
    call("POST", "client/import/", "phone,timezone,name,vip\n79260000001,UTC,Bo,true\n79260000002,UTC,,\n")
    times = {"starts_at": START.isoformat(), "ends_at": "2100-01-01T00:00:00Z"}
    call("POST", "mailing/", {"text": TEXT, "filter": {"tags": []}} | times)
    plan(engine, 1)
    now = datetime.now(UTC) + timedelta(seconds=1)
    with engine.begin() as connection:
        due = message_state.release(connection, 1, now=now, due_before=now, at_most=10)
        claimed = claim_messages(connection, [each.id for each in due], now=now)
    ann, bo, nameless = sorted(claimed, key=lambda each: each.phone)
    assert personal_text(ann, max_segments=10) == "{Ann} 1.5 no 79260000000 926"
    assert personal_text(bo, max_segments=10) == "{Bo} 0 true 79260000001 926"
    with pytest.raises(MissingValue, match="the client has no name"):
        personal_text(nameless, max_segments=10)
