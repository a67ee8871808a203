"""Building of providers' clients by their specifications."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr

from notifications.contracts.enumerations import ProviderKind
from notifications.contracts.observability import logger
from notifications.contracts.settings import Settings, read_secret
from notifications.providers.address import BadAddress, ProviderAddress
from notifications.providers.catalog import Catalog, ProviderSpec
from notifications.providers.connection import BadConnection, ProxySettings, trusting
from sender.providers.aws import client_config
from sender.providers.base import MAX_CONCURRENT_CALLS, Provider
from sender.providers.eum import EumProvider
from sender.providers.http import HttpProvider
from sender.providers.sns import SnsProvider
from sender.providers.unusable import UnusableProvider


class ProxyVariables(Settings):
    """The usual variables that name proxies."""

    https_proxy: str = ""
    http_proxy: str = ""
    no_proxy: str = ""


@dataclass(slots=True)
class Clients:
    """Clients of providers, kept for the life of a Lambda instance.

    A client is built again when its specification has changed, and for each batch while its settings cannot be used: so
    a corrected secret takes effect without a deployment.

    Args:
        build: builds a client.
    """

    build: Callable[[ProviderSpec], Provider]
    _built: dict[str, tuple[ProviderSpec, Provider]] = field(default_factory=dict, init=False)

    def of(self, catalog: Catalog) -> dict[str, Provider]:
        """Return the clients of all providers by their names."""
        if catalog.error is not None:
            return {spec.name: UnusableProvider(spec.name, catalog.error) for spec in catalog.specs}
        return {spec.name: self._client_of(spec) for spec in catalog.specs}

    def _client_of(self, spec: ProviderSpec) -> Provider:
        of, client = self._built.get(spec.name, (None, None))
        if client is None or of != spec or isinstance(client, UnusableProvider):
            client = self.build(spec)
            self._built[spec.name] = spec, client
        return client


def build_provider(
    spec: ProviderSpec,
    *,
    plain_token: SecretStr | None = None,
    variables: ProxyVariables | None = None,
    configuration_set: str = "",
) -> Provider:
    """Build the client of a provider.

    Args:
        plain_token: the token itself, outside AWS, of a provider that has no secret.
        variables: the usual variables that name proxies; read from the environment if not given.
        configuration_set: name of the stack's configuration set of AWS End User Messaging; empty for none.
    """
    match spec.kind:
        case ProviderKind.SNS:
            client = boto3.client("sns", config=client_config(MAX_CONCURRENT_CALLS))
            return SnsProvider(client, spec, connections=MAX_CONCURRENT_CALLS)
        case ProviderKind.EUM:
            client = boto3.client("pinpoint-sms-voice-v2", config=client_config(MAX_CONCURRENT_CALLS))
            return EumProvider(client, spec, configuration_set=configuration_set, connections=MAX_CONCURRENT_CALLS)
        case ProviderKind.HTTP:
            return _http_provider(spec, plain_token, variables or ProxyVariables())


def _http_provider(spec: ProviderSpec, plain_token: SecretStr | None, variables: ProxyVariables) -> Provider:
    try:
        return HttpProvider(
            spec,
            read_token=partial(read_token, spec, plain_token),
            tls=tls_of(spec),
            proxy=_proxy(spec, variables),
        )
    except (BadAddress, BadConnection) as error:
        logger.error("the provider's settings cannot be used", extra={"provider": spec.name, "error": str(error)})
        return UnusableProvider(spec.name, str(error))


def read_token(spec: ProviderSpec, plain: SecretStr | None, *, refresh: bool = False) -> str | None:
    """Return the bearer token, or None if the provider needs none.

    Args:
        plain: the token itself, of a provider that has no secret.
        refresh: read the secret again.
    """
    if spec.token_secret:
        return read_secret(spec.token_secret, refresh=refresh)
    return plain.get_secret_value() if plain else None


def tls_of(spec: ProviderSpec) -> ssl.SSLContext | None:
    """Return the context that trusts the provider's private authority, or None for the public authorities.

    Raises:
        BadConnection: the secret cannot be read, or is no certificate.
    """
    if not spec.ca_secret:
        return None
    try:
        pem = read_secret(spec.ca_secret)
    except (BotoCoreError, ClientError) as error:
        raise BadConnection(spec.ca_setting, f"the secret cannot be read: {type(error).__name__}") from error
    return trusting(pem, setting=spec.ca_setting)


def _proxy(spec: ProviderSpec, variables: ProxyVariables) -> str | None:
    """Return the URL of the proxy by which the provider is called, or None.

    Args:
        variables: the usual variables, which hold if the specification names no proxy.

    Raises:
        BadConnection: the proxy's URL cannot be used.
    """
    proxies = ProxySettings(
        given=spec.proxy,
        setting=spec.proxy_setting,
        https_proxy=variables.https_proxy,
        http_proxy=variables.http_proxy,
        no_proxy=variables.no_proxy,
    )
    return proxies.proxy_of(ProviderAddress.parse(spec.url).base)
