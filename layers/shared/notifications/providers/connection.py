"""Checks of the settings by which an HTTP provider is connected to: its certificate authority, and a proxy."""

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]

from notifications.contracts.errors import NotificationsError

# Names of the parameters in the template.
CA_SETTING = "ProviderCaSecret"
PROXY_SETTING = "ProviderProxy"
_PRIVATE_KEY = "PRIVATE KEY-----"


class BadConnection(NotificationsError):
    """A setting of the connection cannot be used. The text states the setting and the remedy, without its value.

    Attributes:
        setting: name of the setting.
        reason: the fault and the remedy.
    """

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting}: {reason}")
        self.setting = setting
        self.reason = reason


def trusting(pem: str, *, setting: str) -> ssl.SSLContext:
    """Return a TLS context that trusts the given certificate authorities alone.

    Args:
        pem: certificates of the authorities, one after the other.
        setting: name of the setting, for the error.

    Raises:
        BadConnection: the text is not a list of certificates.
    """
    if _PRIVATE_KEY in pem:
        raise BadConnection(setting, "has a private key. Give the authority's certificate alone")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Not VERIFY_X509_STRICT: it refuses authorities made by OpenSSL's own commands, without uses of their key.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        # Text between the certificates may be in any language.
        context.load_verify_locations(cadata=pem.encode("ascii", "ignore").decode())
    except (ssl.SSLError, ValueError):
        raise BadConnection(
            setting,
            "is no certificate in PEM. Give the text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, "
            "more than one after each other",
        ) from None
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """Proxies that the settings name.

    Attributes:
        given: the provider's own proxy, which comes before the usual variables; empty for none.
        setting: name of the setting that names it, for an error.
        https_proxy, http_proxy, no_proxy: the usual variables of the environment.
    """

    given: str = ""
    setting: str = PROXY_SETTING
    https_proxy: str = ""
    http_proxy: str = ""
    no_proxy: str = ""

    def proxy_of(self, base: str) -> str | None:
        """Return the URL of the proxy for the calls of a provider, or None to call it directly.

        Args:
            base: the provider's URL.

        Raises:
            BadConnection: the proxy's URL cannot be used.
        """
        if self.given:
            return parse_proxy(self.given, setting=self.setting)
        parts = urlsplit(base)
        setting, usual = {
            "https": ("HTTPS_PROXY", self.https_proxy),
            "http": ("HTTP_PROXY", self.http_proxy),
        }[parts.scheme]
        if not usual or proxy_bypass_environment(parts.netloc, {"no": self.no_proxy}):
            return None
        return parse_proxy(usual, setting=setting)


def parse_proxy(url: str, *, setting: str) -> str:
    """Return the URL of a proxy.

    Args:
        setting: name of the setting, for the error.

    Raises:
        BadConnection: the URL cannot be used.
    """
    try:
        parts = urlsplit(url)
        is_valid = url.startswith("http://") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadConnection(setting, "is no proxy. Give a URL such as http://proxy.example.org:3128")
    return url
