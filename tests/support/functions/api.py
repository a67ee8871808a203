"""The API over a test's collaborators."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Engine

from api.bootstrap import build_api
from notifications.clients.erasure.journal import Journal
from notifications.clients.imports.uploads import Uploads
from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.settings import DEFAULT_MAX_SEGMENTS
from notifications.jobs.job import AT_ONCE
from notifications.message_state.deliveries import Receipt
from notifications.providers.catalog import Catalog
from tests.support.functions.gateway import Gateway
from tests.support.importer.fake_s3 import FakeS3

ERASURE_KEY = b"a key of the tests"
PROVIDER_URL = "https://provider.example.org/sms?account=secret"


def api_over(
    engine: Engine,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    trigger_dispatcher: Callable[[], None] = lambda: None,
    machine_name: Callable[[str], str] = str,
    provider: ProviderKind = ProviderKind.HTTP,
    provider_url: str = PROVIDER_URL,
    max_segments: int = DEFAULT_MAX_SEGMENTS,
    requires_consent: bool = False,
    changed_at_once: int = AT_ONCE,
    default_timezone: str | None = None,
    s3: FakeS3 | None = None,
    start_importer: Callable[[], None] = lambda: None,
    receipt_secrets: Sequence[str] = (),
    enqueue_receipts: Callable[[Sequence[Receipt]], None] = lambda _: None,
) -> Gateway:
    """Return an admin who calls the API over a database."""
    return Gateway(
        build_api(
            engine=lambda: engine,
            now=now,
            trigger_dispatcher=trigger_dispatcher,
            machine_name=machine_name,
            catalog=lambda: Catalog.of_one(provider, provider_url),
            max_segments=lambda: max_segments,
            requires_consent=lambda: requires_consent,
            changed_at_once=lambda: changed_at_once,
            default_timezone=lambda: default_timezone,
            uploads=Uploads(lambda: cast("Any", s3 or FakeS3()), lambda: "uploads"),
            start_importer=start_importer,
            erasure_key=lambda: ERASURE_KEY,
            erasure_journal=Journal(lambda: cast("Any", s3 or FakeS3()), lambda: "erasures"),
            receipt_secrets=lambda: receipt_secrets,
            enqueue_receipts=enqueue_receipts,
        )
    )
