"""Parameters of the template that name the providers: the only one, or a list."""

import json
from collections.abc import Callable

from local.deployment.secrets_manager import secret_of
from local.secrets import Secrets
from local.settings import Settings
from notifications.contracts.enumerations import ProviderKind
from notifications.providers.catalog.document import read_document
from notifications.providers.catalog.parsing import parse_catalog


def parameters(settings: Settings, secrets: Secrets) -> dict[str, str]:
    """Return the parameters, with secrets of MiniStack."""
    token = settings.provider_token.get_secret_value() if settings.provider_token else secrets.provider_token
    if settings.providers:
        return list_parameters(settings.providers.read_text(), token=lambda: secret_of("provider-token", token))
    return {
        "ProviderUrl": settings.provider_url or settings.simulator_url,
        "ProviderTokenSecret": secret_of("provider-token", token),
        "ProviderCaSecret": secret_of("provider-ca", settings.provider_ca.read_text()) if settings.provider_ca else "",
        "ProviderProxy": settings.provider_proxy or "",
    }


def list_parameters(text: str, *, token: Callable[[], str]) -> dict[str, str]:
    """Return the parameters for a list of providers. An HTTP provider without a secret gets the stack's token.

    Args:
        token: returns the ARN of the secret with the stack's token.
    """
    document = read_document(text)
    for given in document["providers"]:
        if given["kind"] == ProviderKind.HTTP and not given.get("token_secret"):
            given["token_secret"] = token()
    listed = json.dumps(document)
    return {"Providers": listed, "ProviderSecrets": ",".join(sorted(parse_catalog(listed).secrets))}
