import re

import pytest
from samtranslator.yaml_helper import yaml_parse

from notifications.providers.address import BadAddress, ProviderAddress
from tooling.paths import ROOT

CALLS = {
    "https://provider.example.org": "https://provider.example.org/v1/send/7",
    "https://host/gateway/": "https://host/gateway/v1/send/7",
    "https://host/a%2Fb/д": "https://host/a%2Fb/%D0%B4/v1/send/7",
    "http://host:8025/x?version=2&b=%20": "http://host:8025/x/v1/send/7?version=2&b=%20",
    "HTTPS://Host:443": "https://host/v1/send/7",
    "http://host:65535?": "http://host:65535/v1/send/7",
    "http://[0:0::1]:8025": "http://[::1]:8025/v1/send/7",
    "https://[2001:db8::1]/x": "https://[2001:db8::1]/x/v1/send/7",
    "https://провайдер.рф": "https://xn--80adhes1agig.xn--p1ai/v1/send/7",
    "http://my_host": "http://my_host/v1/send/7",
}
REFUSED = {
    "example.org": "begin with",
    "ftp://host": "begin with",
    "https:host": "begin with",
    "https://": "no host",
    "https:///path": "no host",
    "https://user:secret@host": "user:password@",
    "https://secret@host": "user:password@",
    "https://host#part": "fragment",
    "https://host/#": "fragment",
    "https://host/a b": "space",
    " https://host": "space",
    "https://host\\path": "backslash",
    "https://host:0": "port",
    "https://host:65536": "port",
    "https://host:": "port",
    "https://host:http": "port",
    "https://2001:db8::1": "port",
    "https://[2001:db8::1": "IPv6",
    "https://[2001:zz]": "IPv6",
}
# CloudFormation's pattern cannot know them; the sender refuses them at its start. An empty one is right for SNS, and a
# rule of the template refuses it for another provider.
REFUSED_AT_START = {
    "": "is not set",
    "https://-a..b": "host name",
    "https://straße.de": "two ways",
    "https://[:::::]": "IPv6",
    "https://host/a/../b": "path",
}


@pytest.fixture(scope="module")
def pattern() -> re.Pattern[str]:
    return re.compile(yaml_parse((ROOT / "template.yaml").read_text())["Parameters"]["ProviderUrl"]["AllowedPattern"])


@pytest.mark.parametrize(("url", "call"), CALLS.items())
def test_a_url_is_kept_in_every_call(pattern: re.Pattern[str], url: str, call: str) -> None:
    assert pattern.fullmatch(url)
    assert ProviderAddress.parse(url).of_message(7) == call


@pytest.mark.parametrize(("url", "part"), REFUSED.items())
def test_a_url_is_refused_at_deploy_and_by_the_sender(pattern: re.Pattern[str], url: str, part: str) -> None:
    assert not pattern.fullmatch(url)
    with pytest.raises(BadAddress, match=re.escape(part)) as refused:
        ProviderAddress.parse(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("url", "part"), REFUSED_AT_START.items())
def test_a_url_that_a_pattern_cannot_refuse_is_refused_by_the_sender(url: str, part: str) -> None:
    with pytest.raises(BadAddress, match=re.escape(part)):
        ProviderAddress.parse(url)


def test_a_name_tells_providers_apart_and_shows_no_query() -> None:
    urls = ("http://host", "https://host", "https://host:8443", "https://host/a", "https://host/a?key=secret")
    names = [ProviderAddress.parse(url).name for url in urls]
    assert len(set(names)) == 4
    assert names[3] == names[4]
    assert all(re.fullmatch("http-host-[0-9a-f]{8}", name) for name in names)


def test_a_name_fits_into_a_path() -> None:
    for url in CALLS:
        assert re.fullmatch(r"[a-z0-9.-]+", ProviderAddress.parse(url).name)
