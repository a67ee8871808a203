"""Catalog: all configured providers, and the ones that may take a message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Self

from notifications.contracts.enumerations import Category, Http500Meaning, OnUnknown, ProviderKind
from notifications.contracts.errors import NotificationsError
from notifications.providers.address import BadAddress, ProviderAddress
from notifications.providers.catalog.specs import ProviderSpec

# Name of the only provider while the list cannot be used.
UNUSABLE = "unusable-list"


class BadCatalog(NotificationsError):
    """The list of providers cannot be used. The text names each wrong field and the remedy, without secrets.

    Attributes:
        faults: one text for each wrong field.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Catalog:
    """All configured providers.

    Attributes:
        specs: the providers in the order of their names, in which their rows are locked. There is at least one.
        currency: currency of all prices, an ISO 4217 code; None if no price is known.
        error: why the list of providers cannot be used; None if it can. Keep what is stored of providers then: they may
            be in the list.
    """

    specs: tuple[ProviderSpec, ...]
    currency: str | None = None
    error: str | None = None

    @classmethod
    def of(cls, specs: Iterable[ProviderSpec], currency: str | None = None) -> Self:
        """Return the catalog of providers in any order."""
        return cls(tuple(sorted(specs, key=lambda spec: spec.name)), currency)

    @classmethod
    def of_one(
        cls,
        kind: ProviderKind,
        url: str,
        *,
        token_secret: str = "",
        ca_secret: str = "",
        proxy: str = "",
        http_500: Http500Meaning = Http500Meaning.UNKNOWN,
    ) -> Self:
        """Return the catalog of a single provider, which serves everybody.

        Args:
            url: URL of an HTTP provider. One that cannot be used is refused only where it is called.
        """
        is_http = kind is ProviderKind.HTTP
        spec = ProviderSpec(
            name=_name_of_url(url) if is_http else kind.value,
            kind=kind,
            url=url if is_http else "",
            token_secret=token_secret,
            ca_secret=ca_secret,
            proxy=proxy,
            http_500=http_500,
        )
        return cls((spec,))

    @classmethod
    def unusable(cls, error: str) -> Self:
        """Return the catalog while the list cannot be used: a provider without an address, which refuses all calls."""
        return cls((ProviderSpec(name=UNUSABLE, kind=ProviderKind.HTTP),), error=error)

    @cached_property
    def by_name(self) -> dict[str, ProviderSpec]:
        """Return the providers by their names."""
        return {spec.name: spec for spec in self.specs}

    @cached_property
    def depends_on_country(self) -> bool:
        """Return True if `eligible` depends on the country. Working it out takes 50 µs of processor time a phone."""
        return any(spec.depends_on_country for spec in self.specs)

    @property
    def default_on_unknown(self) -> OnUnknown:
        """Return the default of `on_unknown` for mailings: resend if all providers recognise a repeated message."""
        defaults = {spec.kind.default_on_unknown for spec in self.specs}
        return OnUnknown.HOLD if self.error or OnUnknown.HOLD in defaults else OnUnknown.RESEND

    @property
    def secrets(self) -> frozenset[str]:
        """Return the ARNs of all secrets of the providers."""
        named = {arn for spec in self.specs for arn in (spec.token_secret, spec.ca_secret)}
        return frozenset(named - {""})

    def eligible(self, country: str | None, operator_code: str | None, category: Category) -> Sequence[ProviderSpec]:
        """Return the providers that may take a message, in the order of their names.

        Args:
            country: ISO 3166 code of the phone's country; None if it belongs to none.
        """
        return [spec for spec in self.specs if spec.serves(country, operator_code, category)]


def _name_of_url(url: str) -> str:
    try:
        return ProviderAddress.parse(url).name
    except BadAddress:
        return f"http-unusable-{sha256(url.encode()).hexdigest()[:8]}"
