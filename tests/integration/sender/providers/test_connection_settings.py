"""A private certificate authority and proxies: what reaches real servers, and what is refused by name."""

import asyncio
import os
import ssl
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from pydantic import SecretStr

from notifications.contracts.enumerations import BreakerState, ProviderKind
from notifications.providers.catalog import ProviderSpec
from sender.providers.base import Provider, ProviderError, Unauthorized, Unavailable
from sender.providers.building import ProxyVariables, tls_of
from sender.providers.http import HttpProvider
from sender.settings import SenderSettings
from tests.support.sender.certificates import Authority
from tests.support.sender.outgoing import outgoing
from tests.support.sender.peer import OK, Peer, only_call
from tests.support.sender.proxy import CountingProxy
from tests.support.sender.scenario import TOKEN, SenderScenario, built
from tests.support.sender.wild_provider import http

AUTHORITY = Authority()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setitem(os.environ, name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


def stored(text: str) -> str:
    arn: str = boto3.client("secretsmanager").create_secret(Name="authority", SecretString=text)["ARN"]
    return arn


def provider_of(url: str, **values: str) -> Provider:
    """Build the provider by settings and by the usual variables."""
    usual = {name: values.pop(name) for name in ("https_proxy", "http_proxy", "no_proxy") if name in values}
    settings = SenderSettings(provider_url=url, provider_token=SecretStr(TOKEN), **values)  # type: ignore[arg-type]
    return built(settings, ProxyVariables.model_validate(usual) if usual else None)


def call(
    peer: Peer,
    address: Callable[[int], str],
    *,
    proxy: CountingProxy | None = None,
    host: str = "127.0.0.1",
    **values: str,
) -> ProviderError | None:
    """Call the peer once by the client that the settings build, and return the error, if any."""

    async def run() -> ProviderError | None:
        async with await asyncio.start_server(peer.converse, host, 0, ssl=peer.tls) as server:
            port = server.sockets[0].getsockname()[1]
            if proxy is None:
                return await _only_call(provider_of(address(port), **values))
            proxy.target = port
            async with proxy.running():
                given = {name: value.replace("PROXY", proxy.url) for name, value in values.items()}
                return await _only_call(provider_of(address(port), **given))

    return asyncio.run(run())


async def _only_call(provider: Provider) -> ProviderError | None:
    if isinstance(provider, HttpProvider):
        return await only_call(provider)
    try:
        await provider.send(outgoing())
    except ProviderError as error:
        return error
    return None


def https(port: int) -> str:
    return f"https://127.0.0.1:{port}/sms"


def plain(port: int) -> str:
    return f"http://127.0.0.1:{port}/sms?account=7"


@mock_aws
@pytest.mark.parametrize("is_minimal", [False, True])
def test_a_private_authority_is_trusted_by_its_secret(tmp_path: Path, is_minimal: bool) -> None:
    authority = Authority(is_minimal=is_minimal)
    peer = Peer(OK, tls=authority.server(tmp_path, "127.0.0.1"))
    assert call(peer, https, provider_ca_secret_arn=stored(authority.pem)) is None
    assert peer.connections == 1


@mock_aws
def test_of_several_authorities_in_a_secret_each_is_trusted(tmp_path: Path) -> None:
    peer = Peer(OK, tls=AUTHORITY.server(tmp_path, "127.0.0.1"))
    both = f"# старый\n{Authority().pem}\n# new\n{AUTHORITY.pem}"
    assert call(peer, https, provider_ca_secret_arn=stored(both)) is None


@mock_aws
@pytest.mark.parametrize("hosts", [("127.0.0.1",), ("other.example",)], ids=["authority", "host"])
def test_another_authority_or_host_is_certainly_not_accepted(tmp_path: Path, hosts: tuple[str, ...]) -> None:
    issuer = Authority() if hosts == ("127.0.0.1",) else AUTHORITY
    peer = Peer(OK, tls=issuer.server(tmp_path, *hosts))
    error = call(peer, https, provider_ca_secret_arn=stored(AUTHORITY.pem))
    assert type(error) is Unavailable
    assert "certificate verify failed" in str(error)
    assert peer.answers == [OK]


@mock_aws
@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "is no certificate in PEM"),
        ("not a certificate", "is no certificate in PEM"),
        ("ключ", "is no certificate in PEM"),
        (AUTHORITY.pem + AUTHORITY.private_key(), "has a private key"),
    ],
    ids=["broken", "text", "cyrillic", "key"],
)
def test_messages_are_kept_while_the_authority_cannot_be_used(scenario: SenderScenario, text: str, part: str) -> None:
    scenario.fill()
    scenario.send(provider_of("https://127.0.0.1:1", provider_ca_secret_arn=stored(text)))
    assert scenario.statuses() == {"pending": 1}
    breaker, _ = scenario.state()
    assert breaker.state == BreakerState.OPEN
    assert f"ProviderCaSecret: {part}" in str(breaker.reason)
    assert "PRIVATE KEY" not in str(breaker.reason)


@mock_aws
def test_an_authority_that_cannot_be_read_is_named(caplog: pytest.LogCaptureFixture) -> None:
    arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:none-AbCdEf"
    error = call(Peer(), https, provider_ca_secret_arn=arn)
    assert isinstance(error, Unauthorized)
    assert "ProviderCaSecret: the secret cannot be read: ResourceNotFoundException" in str(error)
    assert "Traceback" not in caplog.text


@mock_aws
@pytest.mark.parametrize("name", ["https_proxy", "provider_proxy"])
def test_an_https_provider_is_called_through_a_tunnel(tmp_path: Path, name: str) -> None:
    peer = Peer(OK, tls=AUTHORITY.server(tmp_path, "127.0.0.1"))
    proxy = CountingProxy(0)
    values = {"provider_ca_secret_arn": stored(AUTHORITY.pem), name: "PROXY"}
    assert call(peer, https, proxy=proxy, **values) is None
    (line,) = proxy.lines
    assert line == f"CONNECT 127.0.0.1:{proxy.target} HTTP/1.1"
    assert TOKEN.encode() not in proxy.heads[0]
    assert peer.connections == 1


@pytest.mark.parametrize("name", ["http_proxy", "provider_proxy"])
def test_an_http_provider_is_called_through_the_proxy(name: str) -> None:
    proxy = CountingProxy(0)
    assert call(Peer(OK), plain, proxy=proxy, **{name: "PROXY"}) is None
    assert proxy.lines == [f"POST http://127.0.0.1:{proxy.target}/sms/v1/send/1?account=7 HTTP/1.1"]


def test_the_variables_of_the_environment_name_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "ftp://from-the-environment")
    error = call(Peer(), plain)
    assert "HTTP_PROXY: is no proxy" in str(error)


@pytest.mark.parametrize(
    "values",
    [
        {"http_proxy": "PROXY", "no_proxy": "127.0.0.1"},
        {"http_proxy": "PROXY", "no_proxy": "*"},
        {"https_proxy": "PROXY"},
    ],
    ids=["host", "all", "other scheme"],
)
def test_a_provider_is_called_directly_where_no_proxy_is_for_it(values: dict[str, str]) -> None:
    proxy = CountingProxy(0)
    assert call(Peer(OK), plain, proxy=proxy, **values) is None
    assert proxy.lines == []


def test_credentials_of_a_proxy_are_sent_to_it() -> None:
    class Authenticating(CountingProxy):
        @property
        def url(self) -> str:
            return super().url.replace("http://", "http://me:pass@")

    proxy = Authenticating(0)
    assert call(Peer(OK), plain, proxy=proxy, http_proxy="PROXY") is None
    assert b"proxy-authorization: basic bwu6cgfzcw==" in proxy.heads[0].lower()


@mock_aws
@pytest.mark.parametrize(
    ("refusal", "part"),
    [
        (http(407, b""), "the proxy answered 407"),
        (http(502, b"<html>"), "the proxy answered 502"),
        (b"", "the proxy gave no answer"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "the proxy gave no answer"),
    ],
)
def test_without_a_tunnel_the_message_is_certainly_not_accepted(tmp_path: Path, refusal: bytes, part: str) -> None:
    peer = Peer(OK, tls=AUTHORITY.server(tmp_path, "127.0.0.1"))
    values = {"provider_ca_secret_arn": stored(AUTHORITY.pem), "https_proxy": "PROXY"}
    error = call(peer, https, proxy=CountingProxy(0, refusal=refusal), **values)
    assert type(error) is Unavailable
    assert part in str(error)
    assert peer.connections == 0


@pytest.mark.parametrize("address", [https, plain])
def test_a_proxy_that_is_not_reached_is_certainly_not_accepted(address: Callable[[int], str]) -> None:
    error = call(Peer(OK), address, provider_proxy="http://me:pass@127.0.0.1:1")
    assert type(error) is Unavailable
    assert "pass" not in str(error)


@pytest.mark.parametrize("proxy", ["proxy:3128", "socks5://proxy", "https://proxy", "http://proxy/path", "http://"])
def test_a_proxy_that_cannot_be_used_is_refused_by_name(proxy: str) -> None:
    error = call(Peer(), plain, provider_proxy=proxy)
    assert isinstance(error, Unauthorized)
    assert "ProviderProxy: is no proxy. Give a URL such as" in str(error)


@mock_aws
def test_an_international_host_is_called_by_its_ascii_name(tmp_path: Path) -> None:
    host = "xn--80adhes1agig.xn--p1ai"
    peer = Peer(OK, tls=AUTHORITY.server(tmp_path, host))
    proxy = CountingProxy(0)
    values = {"provider_ca_secret_arn": stored(AUTHORITY.pem), "https_proxy": "PROXY"}
    assert call(peer, lambda port: f"https://провайдер.рф:{port}", proxy=proxy, **values) is None
    assert proxy.lines == [f"CONNECT {host}:{proxy.target} HTTP/1.1"]


@mock_aws
def test_an_ipv6_address_is_called_over_tls(tmp_path: Path) -> None:
    peer = Peer(OK, tls=AUTHORITY.server(tmp_path, "::1"))
    arn = stored(AUTHORITY.pem)
    assert call(peer, lambda port: f"https://[0:0::1]:{port}/x", host="::1", provider_ca_secret_arn=arn) is None


def test_a_context_of_the_settings_verifies_hosts() -> None:
    with mock_aws():
        tls = tls_of(ProviderSpec(name="alpha", kind=ProviderKind.HTTP, ca_secret=stored(AUTHORITY.pem)))
    assert tls is not None
    assert (tls.verify_mode, tls.check_hostname) == (ssl.CERT_REQUIRED, True)
