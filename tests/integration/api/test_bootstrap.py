"""Wiring of the API, from the environment of a Lambda function and with collaborators of a test."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from api.bootstrap import build_from_environment
from api.request_context import Collaborators, Event, RequestContext
from notifications.clients.erasure.journal import Journal
from notifications.clients.imports.uploads import Uploads, s3_client
from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.errors import NotFound
from notifications.contracts.problem_codes import ProblemCode
from notifications.providers.catalog import Catalog
from tests.support.functions.environment import REQUIRED
from tests.support.functions.gateway import Gateway

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
MAILING = {
    "text": "Hi",
    "starts_at": "2030-01-01T10:00:00Z",
    "ends_at": "2030-01-02T10:00:00Z",
    "filter": {"tags": [], "operator_codes": []},
}


@pytest.mark.usefixtures("engine")
def test_the_environment_is_read_by_the_first_call(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    call = Gateway(build_from_environment())
    monkeypatch.setenv("DATABASE_URL", database_url)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    assert call("GET", "/health/").json == {"status": "ok"}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(("zone", "status"), [("Europe/Kiev", 201), ("Europe/Atlantis", 422), ("", 422)])
def test_the_default_time_zone_is_read_by_calls_that_need_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch, zone: str, status: int
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DEFAULT_TIMEZONE", zone)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    call = Gateway(build_from_environment())
    assert call("GET", "client/").status == 200
    answer = call("POST", "client/", {"phone": "79261234567"})
    assert answer.status == status
    assert status != 201 or answer.json["timezone"] == "Europe/Kyiv"


def test_only_a_change_that_takes_effect_triggers_the_dispatcher(call: Gateway, triggers: list[str]) -> None:
    call("POST", "mailing/", MAILING)
    call("POST", "mailing/1/cancel/")
    assert len(triggers) == 2
    assert call("POST", "mailing/1/pause/").status == 409
    assert call("POST", "mailing/1/pause/", headers={"Idempotency-Key": "k"}).status == 409
    assert len(triggers) == 2


def _event() -> Event:
    return {"rawPath": "/", "headers": {}, "requestContext": {"http": {"method": "GET", "path": "/"}}}


def test_a_transaction_that_is_rolled_back_triggers_nothing(engine: Engine, triggers: list[str]) -> None:
    def trigger() -> None:
        triggers.append("triggered")

    collaborators = Collaborators(
        engine=lambda: engine,
        now=lambda: NOW,
        trigger_dispatcher=trigger,
        openapi_document=lambda: "",
        machine_name=str,
        catalog=lambda: Catalog.of_one(ProviderKind.SNS, ""),
        max_segments=lambda: 10,
        requires_consent=lambda: False,
        changed_at_once=lambda: 1_000,
        default_timezone=lambda: None,
        uploads=Uploads(s3_client, lambda: "uploads"),
        start_importer=trigger,
        erasure_key=bytes,
        erasure_journal=Journal(s3_client, lambda: "erasures"),
        receipt_secrets=tuple,
        enqueue_receipts=lambda _: None,
    )
    context = RequestContext(collaborators, _event(), "req-1")
    with suppress(NotFound), context.transaction():
        context.trigger_dispatcher_after_commit()
        raise NotFound(ProblemCode.TAG_NOT_FOUND, tag="vip")
    with context.transaction() as outer, context.transaction() as inner, context.autocommit() as statements:
        assert outer is inner is statements
    assert triggers == []
