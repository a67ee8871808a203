"""Settings of the sender."""

from pydantic import SecretStr

from notifications.contracts.enumerations import Http500Meaning, ProviderKind
from notifications.contracts.settings import DatabaseSettings, TextSettings, read_secret


class SenderSettings(DatabaseSettings, TextSettings):
    """The database, and the provider with its token: a Secrets Manager secret or, outside AWS, the token itself."""

    provider: ProviderKind = ProviderKind.HTTP
    provider_url: str = ""
    provider_http_500: Http500Meaning = Http500Meaning.UNKNOWN
    provider_token_secret_arn: str | None = None
    provider_token: SecretStr | None = None

    def resolve_provider_token(self, *, refresh: bool = False) -> str:
        """Return the bearer token. Read the secret again if `refresh`."""
        if self.provider_token is not None:
            return self.provider_token.get_secret_value()
        if self.provider_token_secret_arn is None:
            raise ValueError("neither PROVIDER_TOKEN_SECRET_ARN nor PROVIDER_TOKEN is set")
        return read_secret(self.provider_token_secret_arn, refresh=refresh)
