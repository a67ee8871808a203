import os
from pathlib import Path

import pytest

from local import environment
from local.errors import BadSetting
from local.settings import Settings
from tests.support.sender.certificates import Authority


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVIDER_URL", "")
    monkeypatch.setenv("MINISTACK_PORT", "")
    settings = Settings.read()
    assert settings.provider_url is None
    assert settings.aws_url == "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    ("name", "value"),
    [("MINISTACK_PORT", "many"), ("POSTGRES_PORT", "80"), ("PROVIDER_PORT", "70000")],
)
def test_the_error_of_a_bad_value_is_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=f"^{name}={value}: [^\n]+$"):
        Settings.read()


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("PROVIDER_URL", "example.org", "must begin with https://"),
        ("PROVIDER_URL", "https://user:secret@example.org", "user:password@"),
        ("PROVIDER_PROXY", "proxy.example.org:3128", "is no proxy"),
        ("PROVIDER_PROXY", "http://me:secret@proxy", "user:password@"),
        ("PROVIDER_TOKEN", "secret\ttoken", "PROVIDER_TOKEN"),
    ],
)
def test_an_error_names_the_part_and_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, part: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=f"^{name}: [^\n]+$") as refused:
        Settings.read()
    assert part in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "is no certificate in PEM"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "is no certificate in PEM"),
        (Authority().private_key(), "has a private key"),
    ],
    ids=["empty", "broken", "key"],
)
def test_a_bad_authority_is_refused_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, part: str
) -> None:
    file = tmp_path / "ca.pem"
    file.write_text(text)
    monkeypatch.setenv("PROVIDER_CA", str(file))
    with pytest.raises(BadSetting, match=f"^PROVIDER_CA=[^\n]+: [^\n]*{part}[^\n]+$"):
        Settings.read()


def test_an_authority_is_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    monkeypatch.setenv("PROVIDER_CA", str(file))
    with pytest.raises(BadSetting, match="cannot be read: No such file or directory"):
        Settings.read()
    file.write_text(Authority().pem)
    assert Settings.read().provider_ca == file


def test_a_server_gets_no_other_variables_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://production")
    monkeypatch.setenv("AWS_PROFILE", "production")
    assert not {"DATABASE_URL", "AWS_PROFILE"} & environment.for_server(Settings()).keys()


def test_the_callers_aws_account_is_never_used() -> None:
    environ = {"AWS_PROFILE": "production", "NO_PROXY": "example.org"}
    environment.use_local_aws(Settings(), environ)
    assert "AWS_PROFILE" not in environ
    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert environ["AWS_CONFIG_FILE"] == os.devnull
    assert environ["NO_PROXY"] == "example.org,localhost,127.0.0.1"


LIST = "providers: [{name: alpha, kind: http, url: 'http://127.0.0.1:8025'}]"


def test_a_list_of_providers_is_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "providers.yaml"
    monkeypatch.setenv("PROVIDERS", str(file))
    with pytest.raises(BadSetting, match=r"^PROVIDERS=.*: .*cannot be read: .*No such file"):
        Settings.read()
    file.write_text(LIST.replace("http,", "smtp,"))
    with pytest.raises(BadSetting, match=r"^PROVIDERS=.*providers\[0\]\.kind: Input should be"):
        Settings.read()
    file.write_text(LIST)
    assert Settings.read().providers == file
    monkeypatch.setenv("PROVIDER_URL", "http://127.0.0.1:8025")
    with pytest.raises(BadSetting, match=r"^PROVIDERS=.*leave out PROVIDER_URL"):
        Settings.read()
