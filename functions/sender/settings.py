"""Settings of the sender."""

from pydantic import SecretStr

from notifications.clients.erasure.hashes import ErasureKeySettings
from notifications.contracts.enumerations import Http500Meaning
from notifications.contracts.settings import ConsentSettings, DatabaseSettings, TextSettings
from notifications.providers.catalog import Catalog, ProviderSettings


class SenderSettings(DatabaseSettings, TextSettings, ConsentSettings, ErasureKeySettings, ProviderSettings):
    """The database, and the providers; of an only provider also the token, certificate authority and proxy.

    The token is a Secrets Manager secret or, outside AWS, the token itself; a provider may need none. A private
    authority is a secret.

    Attributes:
        eum_configuration_set: name of the configuration set of AWS End User Messaging whose events are receipts.
    """

    provider_http_500: Http500Meaning = Http500Meaning.UNKNOWN
    provider_token_secret_arn: str = ""
    provider_token: SecretStr | None = None
    provider_ca_secret_arn: str = ""
    provider_proxy: str = ""
    eum_configuration_set: str = ""

    def only_provider(self) -> Catalog:
        """Return the catalog of the only provider, with the settings of its calls."""
        return Catalog.of_one(
            self.provider,
            self.provider_url,
            token_secret=self.provider_token_secret_arn,
            ca_secret=self.provider_ca_secret_arn,
            proxy=self.provider_proxy,
            http_500=self.provider_http_500,
        )
