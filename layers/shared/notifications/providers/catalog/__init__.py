"""Catalog of the configured providers: whom each one serves, and by which settings it is called."""

from notifications.providers.catalog.catalog import BadCatalog, Catalog
from notifications.providers.catalog.settings import CatalogReader, ProviderSettings
from notifications.providers.catalog.specs import ProviderSpec, SenderIdentity

__all__ = ["BadCatalog", "Catalog", "CatalogReader", "ProviderSettings", "ProviderSpec", "SenderIdentity"]
