"""The provider in use: its kind, its name, and as much of its address as is no secret."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from notifications.contracts.enumerations import ProviderKind
from notifications.providers.address import BadAddress, ProviderAddress


@dataclass(frozen=True, slots=True)
class ProviderInUse:
    """The provider that the settings name.

    Attributes:
        name: name under which its circuit breaker and its rate limiter are stored.
        address: scheme, host and port of an HTTP provider; None for another kind and for a URL that cannot be used.
    """

    kind: ProviderKind
    name: str
    address: str | None

    @classmethod
    def of_settings(cls, kind: ProviderKind, url: str) -> Self:
        """Return the provider in use.

        Args:
            url: URL of an HTTP provider.
        """
        if kind is not ProviderKind.HTTP:
            return cls(kind, kind.value, None)
        try:
            address = ProviderAddress.parse(url)
        except BadAddress:
            return cls(kind, f"http-unusable-{sha256(url.encode()).hexdigest()[:8]}", None)
        return cls(kind, address.name, address.origin)
