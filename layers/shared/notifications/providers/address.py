"""Address of an HTTP provider: checked parts of its URL, and the name under which its state is stored."""

import ipaddress
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self
from urllib.parse import SplitResult, quote, urlsplit

from notifications.contracts.errors import NotificationsError

# Bounded like the names in logs and metrics.
_SHOWN_HOST: Final = 40
_HOST_NAME: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}")
_MAX_PORT: Final = 65535
# Python's codec maps these letters to others, and today's DNS does not: the token would go to another host.
_AMBIGUOUS: Final = frozenset("ßς\u200c\u200d")


class BadAddress(NotificationsError):
    """The provider's URL cannot be used. The text states the part and the remedy, without the URL's secrets."""


@dataclass(frozen=True, slots=True)
class ProviderAddress:
    """Address of an HTTP provider.

    Attributes:
        base: URL without query, with an ASCII host and without a slash at the end.
        query: query of every call, empty for none.
    """

    base: str
    query: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Return the address that a URL names.

        Raises:
            BadAddress: the URL is not set, or has a part that cannot be used.
        """
        if not url:
            raise BadAddress("the provider's URL is not set. Give one such as https://provider.example.org")
        if any(character.isspace() or not character.isprintable() for character in url) or "\\" in url:
            raise BadAddress("the URL has a space, a backslash or a control character. Write it as %20 or leave it out")
        try:
            parts = urlsplit(url)
        except ValueError:
            raise BadAddress(
                "the URL's host is not valid. Write an IPv6 address as https://[2001:db8::1]:8443"
            ) from None
        if parts.scheme not in ("http", "https") or not url.partition(":")[2].startswith("//"):
            raise BadAddress("the URL must begin with https:// or http://")
        if "@" in parts.netloc:
            raise BadAddress("the URL has user:password@. Leave it out: the provider gets the token alone")
        if "#" in url:
            raise BadAddress("the URL has a fragment (#). Leave it out: no server sees it")
        path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._").rstrip("/")
        if {".", ".."} & set(path.split("/")):
            raise BadAddress("the URL's path has . or .. as a part. Write the path that they stand for")
        return cls(f"{parts.scheme}://{_authority(parts)}{path}", quote(parts.query, safe="/%:@!$&'()*+,;=~-._?"))

    @property
    def name(self) -> str:
        """Return the name under which the provider's state is stored: its host, and a digest of its base URL."""
        host = urlsplit(self.base).hostname or ""
        readable = re.sub(r"[^a-z0-9.]+", "-", host).strip("-")[:_SHOWN_HOST]
        return f"http-{readable}-{sha256(self.base.encode()).hexdigest()[:8]}"

    @property
    def origin(self) -> str:
        """Return scheme, host and port: the part of the URL in which no secret can be."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    def of_message(self, message_id: int) -> str:
        """Return the URL of the call for a message."""
        return f"{self.base}/v1/send/{message_id}" + (f"?{self.query}" if self.query else "")


def _authority(parts: SplitResult) -> str:
    """Return host and port; the scheme's usual port is left out."""
    host, colon, port = _split_port(parts.netloc)
    if colon and (not _PORT.fullmatch(port) or int(port) > _MAX_PORT):
        raise BadAddress("the URL's port must be a number from 1 to 65535")
    usual = {"http": "80", "https": "443"}[parts.scheme]
    return _host(host) + (f":{port}" if colon and port != usual else "")


def _split_port(netloc: str) -> tuple[str, str, str]:
    if netloc.startswith("["):
        host, _, rest = netloc.partition("]")
        if rest and not rest.startswith(":"):
            raise BadAddress("the URL has characters between the IPv6 address and the port")
        return f"{host}]", rest[:1], rest[1:]
    return netloc.partition(":")


def _host(host: str) -> str:
    if not host:
        raise BadAddress("the URL has no host. Give one such as https://provider.example.org")
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
        except ValueError:
            raise BadAddress("the URL's IPv6 address is not valid") from None
    if _AMBIGUOUS & set(host):
        raise BadAddress("the URL's host has a letter that can be read in two ways. Write the host in ASCII, as xn--…")
    try:
        name = host.encode("idna").decode().lower()
    except UnicodeError:
        name = ""
    if not _HOST_NAME.fullmatch(name):
        raise BadAddress("the URL's host is not a valid host name")
    return name
