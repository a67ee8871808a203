from local.deployment.providers import list_parameters
from notifications.providers.catalog.parsing import parse_catalog

OWN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:own-AbCdEf"
TOKEN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:provider-token-AbCdEf"
LIST = f"""
providers:
  - {{name: alpha, kind: http, url: "http://127.0.0.1:8025", countries: [NO]}}
  - {{name: beta, kind: http, url: "http://127.0.0.1:8026", token_secret: "{OWN}"}}
  - {{name: gamma, kind: sns}}
"""


def test_an_http_provider_without_a_secret_gets_the_token_of_the_stack() -> None:
    given = list_parameters(LIST, token=lambda: TOKEN)
    assert given["ProviderSecrets"] == f"{OWN},{TOKEN}"
    alpha, beta, gamma = parse_catalog(given["Providers"]).specs
    assert (alpha.token_secret, beta.token_secret, gamma.token_secret) == (TOKEN, OWN, "")
    assert alpha.countries == {"NO"}
