"""Settings that name the providers, and the reading of the list of providers from its SSM parameter."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.observability import logger
from notifications.contracts.settings import Settings, impatient
from notifications.providers.catalog.catalog import BadCatalog, Catalog

LIST_KEPT = timedelta(minutes=5)
# Time after which a reading that failed is repeated.
LIST_KEPT_UNREAD = timedelta(minutes=1)


class ProviderSettings(Settings):
    """The only provider, or the name of the SSM parameter with the list of several."""

    provider: ProviderKind = ProviderKind.HTTP
    provider_url: str = ""
    providers_parameter: str = ""

    def only_provider(self) -> Catalog:
        """Return the catalog of the only provider."""
        return Catalog.of_one(self.provider, self.provider_url)


class ParameterStore(Protocol):
    """The part of boto3's SSM client that is used."""

    def get_parameter(self, *, Name: str) -> Any:  # noqa: N803 - AWS's name
        """Return a parameter."""


def ssm_client() -> ParameterStore:
    """Return a client of SSM that gives up soon."""
    client: ParameterStore = boto3.client("ssm", config=impatient())
    return client


@dataclass(slots=True)
class CatalogReader:
    """Reads the catalog: the only provider's, or the list's, which is read again every five minutes.

    A changed list that cannot be read or used leaves the old one in use. If there is no old one, the catalog is
    `Catalog.unusable`: its calls are refused as with a wrong token, so that no message is lost.

    Args:
        settings: returns the settings.
        client: returns a client of SSM.
        clock: gives the time in seconds.
    """

    settings: Callable[[], ProviderSettings]
    client: Callable[[], ParameterStore] = field(default_factory=lambda: cache(ssm_client))
    clock: Callable[[], float] = time.monotonic
    _catalog: Catalog | None = field(default=None, init=False)
    _kept_until: float = field(default=0, init=False)

    def __call__(self) -> Catalog:
        """Return the catalog."""
        name = self.settings().providers_parameter
        if self._catalog is None or (name and self.clock() >= self._kept_until):
            self._catalog = self._read(name) if name else self.settings().only_provider()
        return self._catalog

    def _read(self, name: str) -> Catalog:
        try:
            catalog, kept = _parsed(self.client().get_parameter(Name=name)["Parameter"]["Value"]), LIST_KEPT
        except (BotoCoreError, ClientError, BadCatalog) as error:
            logger.exception("the list of providers cannot be used", extra={"parameter": name})
            catalog, kept = self._in_use_despite(error, name), LIST_KEPT_UNREAD
        self._kept_until = self.clock() + kept.total_seconds()
        return catalog

    def _in_use_despite(self, error: Exception, name: str) -> Catalog:
        if self._catalog is not None and self._catalog.error is None:
            return self._catalog
        is_ours = isinstance(error, BadCatalog)
        return Catalog.unusable(str(error) if is_ours else f"{name} cannot be read: {type(error).__name__}")


def _parsed(text: str) -> Catalog:
    # Only stacks with a list need YAML and the countries' codes, which take 30 ms of a cold start.
    from notifications.providers.catalog.parsing import parse_catalog  # noqa: PLC0415

    return parse_catalog(text)
