"""Specification of one provider: whom it serves, from which sender identity, by which settings, at which price."""

from decimal import Decimal
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from notifications.contracts.enumerations import Category, Http500Meaning, ProviderKind
from notifications.providers.address import BadAddress, ProviderAddress
from notifications.providers.connection import CA_SETTING, PROXY_SETTING


class SenderIdentity(BaseModel):
    """Sender that a recipient sees: a phone, a short code or a name.

    Attributes:
        countries: ISO 3166 codes of the recipients' countries; empty for all.
        category: the category of the messages; None for all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    identity: str
    countries: frozenset[str] = frozenset()
    category: Category | None = None

    def fits(self, country: str | None, category: Category) -> bool:
        """Return True if messages of a category to a country may have this sender."""
        return _includes(self.countries, country) and self.category in {None, category}


class ProviderSpec(BaseModel):
    """A configured provider.

    Attributes:
        name: name in receipts' URLs, statistics and explanations, under which the provider's health is stored.
        url: URL of an HTTP provider; empty for another kind.
        token_secret, ca_secret: ARNs of the secrets with its token and its private certificate authority, or empty.
        proxy: URL of the proxy by which it is called, or empty.
        countries: ISO 3166 codes of the countries that it serves; empty for all.
        operator_codes: mobile operators that it serves in its country; empty for all.
        weight: its share of the messages, relative to the others; 0 for messages that no other provider can take.
        price: price of an SMS segment in the catalog's currency, if known.
        max_price: most that a message by AWS End User Messaging may cost, in US dollars; None for no limit.
        dry_run: True if AWS End User Messaging only checks the messages.
        senders: its sender identities. The first that fits a message is used.
        ca_setting, proxy_setting: names of two of these settings in errors: by default the template's parameters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    ca_setting: ClassVar[str] = CA_SETTING
    proxy_setting: ClassVar[str] = PROXY_SETTING

    name: str
    kind: ProviderKind
    url: str = ""
    token_secret: str = ""
    ca_secret: str = ""
    proxy: str = ""
    http_500: Http500Meaning = Http500Meaning.UNKNOWN
    countries: frozenset[str] = frozenset()
    operator_codes: frozenset[str] = frozenset()
    weight: int = 1
    price: Decimal | None = None
    max_price: Decimal | None = None
    dry_run: bool = False
    senders: tuple[SenderIdentity, ...] = ()

    @property
    def address(self) -> str | None:
        """Return scheme, host and port of an HTTP provider; None for another kind and for an unusable URL."""
        try:
            return ProviderAddress.parse(self.url).origin if self.kind is ProviderKind.HTTP else None
        except BadAddress:
            return None

    @property
    def depends_on_country(self) -> bool:
        """Return True if a message's country decides if the provider serves it, or its sender identity."""
        return bool(self.countries) or any(sender.countries for sender in self.senders)

    def serves(self, country: str | None, operator_code: str | None, category: Category) -> bool:
        """Return True if the provider takes messages of a category to a country and a mobile operator.

        Args:
            country: None if the phone belongs to no country.
        """
        has_sender = not self.kind.needs_sender or self.sender_for(country, category) is not None
        return has_sender and _includes(self.countries, country) and _includes(self.operator_codes, operator_code)

    def sender_for(self, country: str | None, category: Category) -> SenderIdentity | None:
        """Return the sender identity of messages of a category to a country, or None if there is none."""
        return next((sender for sender in self.senders if sender.fits(country, category)), None)


def _includes(listed: frozenset[str], value: str | None) -> bool:
    return not listed or value in listed
