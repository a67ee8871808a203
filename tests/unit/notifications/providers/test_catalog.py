"""The list of providers: what is read from it, what is refused, and whom a message may go to."""

import json
import re
from decimal import Decimal
from textwrap import dedent

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from notifications.contracts.enumerations import Category, Http500Meaning, OnUnknown, ProviderKind
from notifications.providers.catalog import BadCatalog, Catalog, ProviderSpec, SenderIdentity
from notifications.providers.catalog.parsing import parse_catalog
from tooling.paths import ROOT

SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:alpha-AbCdEf"
LIST = f"""
currency: EUR
providers:
  - name: beta
    kind: sns
    weight: 0
  - name: alpha
    kind: http
    url: https://alpha.example.org/sms
    token_secret: {SECRET}
    ca_secret:
    proxy: http://proxy.example.org:3128
    http_500: not_accepted
    countries: [NO]
    operator_codes: [926, "0926"]
    weight: 3
    price: 0.045
    senders:
      - {{identity: +79991234567, countries: [NO], category: marketing}}
      - identity: Shop
"""


def faults_of(text: str) -> str:
    with pytest.raises(BadCatalog) as raised:
        parse_catalog(text)
    return str(raised.value)


def one(**fields: object) -> str:
    """Return a list with one provider, whose other fields are valid."""
    return json.dumps({"providers": [{"name": "alpha", "kind": "http", "url": "https://alpha.example.org"} | fields]})


def test_a_list_is_read() -> None:
    catalog = parse_catalog(LIST.replace(', "0926"', ""))
    assert catalog.currency == "EUR"
    alpha, beta = catalog.specs
    assert beta.model_dump() == ProviderSpec(name="beta", kind=ProviderKind.SNS, weight=0).model_dump()
    assert alpha.model_dump() == {
        "name": "alpha",
        "kind": ProviderKind.HTTP,
        "url": "https://alpha.example.org/sms",
        "token_secret": SECRET,
        "ca_secret": "",
        "proxy": "http://proxy.example.org:3128",
        "http_500": Http500Meaning.NOT_ACCEPTED,
        # Norway, which YAML 1.1 would read as false.
        "countries": {"NO"},
        "operator_codes": {"926"},
        "weight": 3,
        "price": Decimal("0.045"),
        "max_price": None,
        "dry_run": False,
        "senders": (
            {"identity": "+79991234567", "countries": {"NO"}, "category": Category.MARKETING},
            {"identity": "Shop", "countries": frozenset(), "category": None},
        ),
    }
    assert (alpha.address, beta.address) == ("https://alpha.example.org", None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the list: Input should be a valid dictionary"),
        ("providers: []", "providers: must have at least one provider"),
        ("providers:\n\t- name: x", "line 2: found character '\\t'"),
        ("providers: [\n", "line 2: expected the node content"),
        ("providers: []\nproviders: []", "line 1: providers is given twice"),
        ("[" * 4000, "nested too deeply"),
        (one(name="Alpha"), "providers[0].name: String should match pattern"),
        (one(name="a" * 41), "providers[0].name: String should match pattern"),
        (one(name="alpha\n"), "providers[0].name: String should match pattern"),
        (json.dumps({"providers": [{"kind": "sns"}]}), "providers[0].name: is missing"),
        (one(kind="smtp"), "providers[0].kind: Input should be 'http'"),
        (one(url=""), "providers[0].url: the provider's URL is not set"),
        (one(url="ftp://alpha.example.org"), "providers[0].url: the URL must begin with https:// or http://"),
        (one(kind="sns"), "providers[0].url: only a provider of the kind http has it"),
        (one(kind="sns", url="", token_secret=SECRET), "providers[0].token_secret: only a provider of the kind http"),
        (one(token_secret="secret"), "providers[0].token_secret: must be the whole ARN"),
        (one(ca_secret=f"{SECRET} "), "providers[0].ca_secret: must be the whole ARN"),
        (one(proxy="proxy:3128"), "providers[0].proxy: is no proxy"),
        (one(http_500="maybe"), "providers[0].http_500: Input should be"),
        (one(countries=["DE", "UK"]), "providers[0].countries[1]: no such country"),
        (one(countries=["001"]), "providers[0].countries[0]: no such country"),
        (one(operator_codes=["926"]), "providers[0].operator_codes: need exactly one country"),
        (one(operator_codes=["926"], countries=["RU", "KZ"]), "providers[0].operator_codes: need exactly one country"),
        (one(operator_codes=["0926"], countries=["RU"]), "providers[0].operator_codes: 0926 has not three digits"),
        (one(weight=-1), "providers[0].weight: Input should be greater than or equal to 0"),
        (one(weight=101), "providers[0].weight: Input should be less than or equal to 100"),
        (one(weight="1.5"), "providers[0].weight: Input should be a valid integer"),
        (one(price="-1"), "providers[0].price: Input should be greater than or equal to 0"),
        (one(price="NaN"), "providers[0].price: Input should be a finite number"),
        (one(price="0.045"), "currency: is missing: a provider has a price"),
        (one(senders=[{"identity": "Shop", "countries": ["RUS"]}]), "providers[0].senders[0].countries[0]: no such"),
        (one(senders=[{}]), "providers[0].senders[0].identity: is missing"),
        (one(senders=[{"identity": "Магазин"}]), "providers[0].senders[0].identity: String should match pattern"),
        (
            one(countries=["RU"], senders=[{"identity": "Shop", "countries": ["KZ"]}]),
            "providers[0].senders: Shop: the provider's `countries` have no KZ",
        ),
        (
            one(kind="sns", url="", senders=[{"identity": "+79991234567"}]),
            "providers[0].senders: +79991234567: a sender ID of Amazon SNS has at most 11 letters and digits",
        ),
        (one(kind="sns", url="", senders=[{"identity": "12345"}]), "and at least one letter"),
        (one(kind="sns", url="", senders=[{"identity": "MyLongestShop"}]), "at most 11 letters and digits"),
        (one(kind="eum", url="", senders=[{"identity": "My shop"}]), "must be a phone, a sender ID or a pool"),
        (one(kind="eum", url=""), "providers[0].senders: must have at least one"),
        (one(max_price="0.1"), "providers[0].max_price: only a provider of the kind eum has it"),
        (one(dry_run=True), "providers[0].dry_run: only a provider of the kind eum has it"),
        (one(kind="eum", url="", max_price="0"), "providers[0].max_price: Input should be greater than 0"),
        (one(kind="eum", url="", max_price="100"), "providers[0].max_price: Input should be less than 100"),
        (
            one(kind="eum", url="", max_price="0.000001"),
            "providers[0].max_price: Decimal input should have no more than",
        ),
        (one(region="eu"), "providers[0].region: there is no such field"),
        (json.dumps({"providers": [{"name": "a", "kind": "sns"}] * 2}), "providers: two providers have the name a"),
        (json.dumps({"providers": [{"name": "a", "kind": "sns"}], "currency": "€"}), "currency: String should match"),
    ],
)
def test_a_wrong_list_is_refused_and_the_field_named(text: str, fault: str) -> None:
    assert fault in faults_of(text)


def test_a_provider_of_aws_has_its_own_fields() -> None:
    (spec,) = parse_catalog(
        """
        providers:
          - name: aws
            kind: eum
            max_price: 0.08
            dry_run: true
            senders:
              - {identity: "arn:aws:sms-voice:eu-central-1:123456789012:pool/pool-1a2b", countries: [DE, AT]}
              - {identity: +79991234567, countries: [RU]}
        """
    ).specs
    assert (spec.kind, spec.max_price, spec.dry_run) == (ProviderKind.EUM, Decimal("0.08"), True)
    catalog = Catalog.of([spec])
    # AWS sends nothing without a sender of ours.
    assert names(catalog, "AT") == names(catalog, "RU") == ["aws"]
    assert names(catalog, "FR") == names(catalog, None) == []


def test_all_wrong_fields_are_named() -> None:
    wrong = json.dumps({"providers": [{"name": "A", "kind": "http"}], "currency": "euro", "price": 1})
    assert [each.partition(":")[0] for each in faults_of(wrong).split("; ")] == [
        "providers[0].name",
        "providers[0].url",
        "currency",
        "price",
    ]


def test_an_error_does_not_repeat_the_url() -> None:
    assert "s3cret" not in faults_of(one(url="https://user:s3cret@alpha.example.org"))


@given(
    st.text() | st.recursive(st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)).map(json.dumps)
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadCatalog):
        parse_catalog(text)


@pytest.mark.parametrize(
    ("kind", "url", "name", "on_unknown"),
    [
        (ProviderKind.SNS, "", "sns", OnUnknown.HOLD),
        (ProviderKind.HTTP, "https://alpha.example.org", "http-alpha.example.org-b92480bb", OnUnknown.RESEND),
        (ProviderKind.HTTP, "ftp://alpha", "http-unusable-", OnUnknown.RESEND),
    ],
)
def test_a_single_provider_serves_everybody(kind: ProviderKind, url: str, name: str, on_unknown: OnUnknown) -> None:
    catalog = Catalog.of_one(kind, url)
    (spec,) = catalog.specs
    assert spec.name.startswith(name)
    assert catalog.by_name == {spec.name: spec}
    assert list(catalog.eligible(None, None, Category.SERVICE)) == [spec]
    assert not catalog.depends_on_country
    assert catalog.default_on_unknown is on_unknown


def test_a_repeat_is_sent_by_default_only_if_every_provider_recognises_it() -> None:
    assert parse_catalog(one()).default_on_unknown is OnUnknown.RESEND
    assert parse_catalog(LIST.replace(', "0926"', "")).default_on_unknown is OnUnknown.HOLD


def names(catalog: Catalog, country: str | None, operator_code: str | None = None) -> list[str]:
    return [spec.name for spec in catalog.eligible(country, operator_code, Category.MARKETING)]


def test_a_message_may_go_to_the_providers_that_serve_its_country_and_operator() -> None:
    def spec(name: str, countries: str = "", operator_codes: str = "") -> ProviderSpec:
        return ProviderSpec(
            name=name,
            kind=ProviderKind.SNS,
            countries=frozenset(countries.split()),
            operator_codes=frozenset(operator_codes.split()),
        )

    catalog = Catalog.of([spec("world"), spec("both", "RU KZ"), spec("one", "RU", "926 927"), spec("russia", "RU")])
    assert catalog.depends_on_country
    assert names(catalog, "RU", "926") == ["both", "one", "russia", "world"]
    assert names(catalog, "RU", "999") == ["both", "russia", "world"]
    assert names(catalog, "KZ", "926") == ["both", "world"]
    assert names(catalog, "DE") == ["world"]
    assert names(catalog, None) == ["world"]
    assert names(Catalog.of([spec("russia", "RU")]), "KZ") == []


def test_the_first_sender_that_fits_is_used() -> None:
    senders = (
        SenderIdentity(identity="a", countries=frozenset({"RU"}), category=Category.MARKETING),
        SenderIdentity(identity="b", countries=frozenset({"RU"})),
        SenderIdentity(identity="c", category=Category.SERVICE),
    )
    spec = ProviderSpec(name="alpha", kind=ProviderKind.SNS, senders=senders)
    assert spec.depends_on_country

    def identity(country: str | None, category: Category) -> str | None:
        found = spec.sender_for(country, category)
        return found.identity if found else None

    assert identity("RU", Category.MARKETING) == "a"
    assert identity("RU", Category.SERVICE) == "b"
    assert identity("DE", Category.SERVICE) == "c"
    assert identity(None, Category.SERVICE) == "c"
    assert identity("DE", Category.MARKETING) is None
    # The sender identity of an SMS by SNS is optional.
    assert list(Catalog.of([spec]).eligible("DE", None, Category.MARKETING)) == [spec]


def test_the_example_in_the_documentation_is_a_list() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/providers.md").read_text(), re.DOTALL)
    parameters = yaml.safe_load(dedent(example))
    catalog = parse_catalog(parameters["Providers"])
    assert names(catalog, "RU") == names(catalog, "KZ") == ["alpha"]
    assert names(catalog, "AT") == ["aws"]
    assert catalog.secrets == {parameters["ProviderSecrets"]}
