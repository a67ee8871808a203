"""Secrets keep their old value while Secrets Manager cannot be reached."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from botocore.exceptions import ConnectTimeoutError

from notifications.contracts.settings import SECRET_KEPT, SECRET_KEPT_UNREAD, Secrets


@dataclass
class SecretsManager:
    """Fake of boto3's client, with a clock. Without a text it cannot be reached.

    Attributes:
        seconds: the clock's time.
        readings: number of calls.
    """

    text: str | None = "first"
    seconds: float = 0.0
    readings: int = field(default=0, init=False)

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        """Return the secret."""
        self.readings += 1
        if self.text is None:
            raise ConnectTimeoutError(endpoint_url="https://secretsmanager")
        return {"SecretString": self.text}


@pytest.fixture
def manager() -> SecretsManager:
    return SecretsManager()


@pytest.fixture
def secrets(manager: SecretsManager) -> Secrets:
    return Secrets(cast("Any", manager), clock=lambda: manager.seconds)


def test_a_secret_is_kept_in_memory(manager: SecretsManager, secrets: Secrets) -> None:
    assert [secrets.read("token"), secrets.read("token")] == ["first", "first"]
    assert manager.readings == 1


def test_an_old_secret_is_read_again(manager: SecretsManager, secrets: Secrets) -> None:
    assert secrets.read("token") == "first"
    manager.text, manager.seconds = "second", SECRET_KEPT.total_seconds()
    assert secrets.read("token") == "second"


def test_a_refused_secret_is_read_at_once(manager: SecretsManager, secrets: Secrets) -> None:
    assert secrets.read("token") == "first"
    manager.text = "second"
    assert [secrets.read("token", refresh=True), secrets.read("token")] == ["second", "second"]


def test_the_old_text_is_used_while_the_secret_cannot_be_read(manager: SecretsManager, secrets: Secrets) -> None:
    secrets.read("token")
    manager.text, manager.seconds = None, SECRET_KEPT.total_seconds()
    assert [secrets.read("token") for _ in range(5)] == ["first"] * 5
    # Each try may take as long as its time limit, so that not every invocation makes one.
    assert manager.readings == 2
    manager.text, manager.seconds = "second", manager.seconds + SECRET_KEPT_UNREAD.total_seconds()
    assert secrets.read("token") == "second"


def test_a_secret_that_was_never_read_is_an_error(manager: SecretsManager, secrets: Secrets) -> None:
    manager.text = None
    with pytest.raises(ConnectTimeoutError):
        secrets.read("token")


def test_a_refused_secret_is_not_used_again(manager: SecretsManager, secrets: Secrets) -> None:
    secrets.read("token")
    manager.text = None
    with pytest.raises(ConnectTimeoutError):
        secrets.read("token", refresh=True)
