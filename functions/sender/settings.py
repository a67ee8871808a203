"""Settings of the sender."""

import ssl

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr

from notifications.clients.erasure.hashes import ErasureKeySettings
from notifications.contracts.enumerations import Http500Meaning, ProviderKind
from notifications.contracts.settings import ConsentSettings, DatabaseSettings, Settings, TextSettings, read_secret
from notifications.providers.address import ProviderAddress
from notifications.providers.connection import CA_SETTING, BadConnection, ProxySettings, trusting


class SenderSettings(DatabaseSettings, TextSettings, ConsentSettings, ErasureKeySettings):
    """The database, and the provider with its token, certificate authority and proxy.

    The token is a Secrets Manager secret or, outside AWS, the token itself; a provider may need none. A private
    authority is a secret.
    """

    provider: ProviderKind = ProviderKind.HTTP
    provider_url: str = ""
    provider_http_500: Http500Meaning = Http500Meaning.UNKNOWN
    provider_token_secret_arn: str = ""
    provider_token: SecretStr | None = None
    provider_ca_secret_arn: str = ""
    provider_proxy: str = ""

    def resolve_provider_token(self, *, refresh: bool = False) -> str | None:
        """Return the bearer token, or None if the provider needs none. Read the secret again if `refresh`."""
        if self.provider_token is not None:
            return self.provider_token.get_secret_value()
        if not self.provider_token_secret_arn:
            return None
        return read_secret(self.provider_token_secret_arn, refresh=refresh)

    def tls(self) -> ssl.SSLContext | None:
        """Return the context that trusts the provider's private authority, or None for the public authorities.

        Raises:
            BadConnection: the secret cannot be read, or is no certificate.
        """
        if not self.provider_ca_secret_arn:
            return None
        try:
            pem = read_secret(self.provider_ca_secret_arn)
        except (BotoCoreError, ClientError) as error:
            raise BadConnection(CA_SETTING, f"the secret cannot be read: {type(error).__name__}") from error
        return trusting(pem, setting=CA_SETTING)

    def proxy(self, variables: "ProxyVariables") -> str | None:
        """Return the URL of the proxy by which the provider is called, or None.

        Args:
            variables: the usual variables, which hold if the settings name no proxy.

        Raises:
            BadConnection: the proxy's URL cannot be used.
        """
        proxies = ProxySettings(
            given=self.provider_proxy,
            https_proxy=variables.https_proxy,
            http_proxy=variables.http_proxy,
            no_proxy=variables.no_proxy,
        )
        return proxies.proxy_of(ProviderAddress.parse(self.provider_url).base)


class ProxyVariables(Settings):
    """The usual variables that name proxies."""

    https_proxy: str = ""
    http_proxy: str = ""
    no_proxy: str = ""
