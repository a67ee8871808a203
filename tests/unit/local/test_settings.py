import os

import pytest

from local import environment
from local.errors import BadSetting
from local.settings import Settings


def test_what_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVIDER_URL", "")
    monkeypatch.setenv("MINISTACK_PORT", "")
    settings = Settings.read()
    assert settings.provider_url is None
    assert settings.aws_url == "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    ("name", "value"),
    [("MINISTACK_PORT", "many"), ("POSTGRES_PORT", "80"), ("PROVIDER_PORT", "70000"), ("PROVIDER_URL", "example.org")],
)
def test_a_bad_value_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=f"^{name}={value}: [^\n]+$"):
        Settings.read()


def test_a_service_sees_nothing_of_the_callers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://production")
    monkeypatch.setenv("AWS_PROFILE", "production")
    assert not {"DATABASE_URL", "AWS_PROFILE"} & environment.for_server(Settings()).keys()


def test_the_callers_account_is_out_of_reach() -> None:
    environ = {"AWS_PROFILE": "production", "NO_PROXY": "example.org"}
    environment.use_local_aws(Settings(), environ)
    assert "AWS_PROFILE" not in environ
    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert environ["AWS_CONFIG_FILE"] == os.devnull
    assert environ["NO_PROXY"] == "example.org,localhost,127.0.0.1"
