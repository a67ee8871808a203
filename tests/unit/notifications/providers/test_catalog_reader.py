"""Reading of the list of providers: when it is read again, and what happens while it cannot be used."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from notifications.contracts.enumerations import OnUnknown, ProviderKind
from notifications.providers.catalog import CatalogReader, ProviderSettings

ALPHA = "providers: [{name: alpha, kind: sns}]"
BETA = "providers: [{name: beta, kind: http, url: 'https://beta.example.org'}]"
DENIED = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParameter")


class Store:
    """Parameter store whose answers a test sets."""

    def __init__(self, answer: str | Exception) -> None:
        self.answer = answer
        self.calls: list[str] = []

    def get_parameter(self, *, Name: str) -> Any:  # noqa: N803 - AWS's name
        self.calls.append(Name)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"Parameter": {"Value": self.answer}}


class Clock:
    """Clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def reader_of(store: Store, clock: Clock, **settings: Any) -> CatalogReader:
    given = ProviderSettings(**{"providers_parameter": "/notifications-prod/providers"} | settings)
    return CatalogReader(lambda: given, lambda: store, clock)


def names(reader: CatalogReader) -> list[str]:
    return [spec.name for spec in reader().specs]


def test_without_a_list_nothing_is_read() -> None:
    store = Store(ALPHA)
    assert names(reader_of(store, Clock(), providers_parameter="", provider=ProviderKind.SNS)) == ["sns"]
    assert store.calls == []


def test_a_changed_list_takes_effect_within_five_minutes() -> None:
    store, clock = Store(ALPHA), Clock()
    reader = reader_of(store, clock)
    assert names(reader) == ["alpha"]
    store.answer = BETA
    clock.seconds += 299
    assert names(reader) == ["alpha"]
    clock.seconds += 1
    assert names(reader) == ["beta"]
    assert store.calls == ["/notifications-prod/providers"] * 2


@pytest.mark.parametrize("answer", ["providers: []", DENIED, ConnectTimeoutError(endpoint_url="https://ssm")])
def test_the_old_list_stays_in_use_while_the_new_one_cannot_be_used(answer: str | Exception) -> None:
    store, clock = Store(ALPHA), Clock()
    reader = reader_of(store, clock)
    assert names(reader) == ["alpha"]
    store.answer = answer
    clock.seconds += 300
    assert names(reader) == ["alpha"]
    store.answer = BETA
    assert names(reader) == ["alpha"]
    # A failed reading is repeated after a minute.
    clock.seconds += 60
    assert names(reader) == ["beta"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("providers: []", "providers: must have at least one provider"),
        (DENIED, "/notifications-prod/providers cannot be read: ClientError"),
    ],
)
def test_without_an_old_list_the_only_provider_refuses_all_calls(answer: str | Exception, error: str) -> None:
    store, clock = Store(answer), Clock()
    reader = reader_of(store, clock)
    assert names(reader) == ["unusable-list"]
    assert reader().error == error
    assert reader().default_on_unknown is OnUnknown.HOLD
    assert len(store.calls) == 1
    store.answer = ALPHA
    clock.seconds += 60
    assert names(reader) == ["alpha"]
    assert reader().error is None
