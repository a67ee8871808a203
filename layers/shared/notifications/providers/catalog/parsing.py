"""Parsing of the list of providers: YAML, of which JSON is a part. Errors name the field."""

import re
from collections import Counter
from decimal import Decimal
from typing import Annotated, Any, ClassVar

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails

from notifications.contracts.enumerations import ProviderKind
from notifications.providers.address import BadAddress, ProviderAddress
from notifications.providers.catalog.catalog import BadCatalog, Catalog
from notifications.providers.catalog.document import read_document
from notifications.providers.catalog.specs import ProviderSpec, SenderIdentity
from notifications.providers.connection import BadConnection, parse_proxy

_SECRET = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}")
_OPERATOR_CODE = re.compile(r"[0-9]{3}")
# Forms of a sender identity by the kind of its provider, and their rules in words.
_IDENTITIES = {
    ProviderKind.SNS: re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}"),
    ProviderKind.EUM: re.compile(r"[A-Za-z0-9_:/+-]{1,256}"),
}
_IDENTITY_RULES = {
    ProviderKind.SNS: "a sender ID of Amazon SNS has at most 11 letters and digits, and at least one letter",
    ProviderKind.EUM: "must be a phone, a sender ID or a pool, by its id or its ARN",
}
# Words of pydantic's errors that say too little.
_WORDS = {"extra_forbidden": "there is no such field", "missing": "is missing"}


def parse_catalog(text: str) -> Catalog:
    """Return the catalog that a list of providers describes.

    Raises:
        BadCatalog: the list cannot be used. The error names every wrong field.
    """
    document = read_document(text)
    try:
        listed = _Document.model_validate(document)
    except ValidationError as error:
        raise BadCatalog([_described(each) for each in error.errors(include_url=False)]) from None
    return Catalog.of(listed.providers, listed.currency)


def _described(error: ErrorDetails) -> str:
    """Return an error with the path of its field, such as `providers[1].countries[0]: …`."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    words = _WORDS.get(error["type"], error["msg"].removeprefix("Value error, "))
    return f"{path or 'the list'}: {words}"


def _country(code: str) -> str:
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("no such country. Use an ISO 3166 code such as RU, DE or US")
    return code


def _secret(arn: str) -> str:
    if arn and not _SECRET.fullmatch(arn):
        raise ValueError("must be the whole ARN of a secret of Secrets Manager, with its six last characters")
    return arn


def _filled(value: Any) -> Any:
    """Return a mapping without the fields that YAML leaves empty."""
    if not isinstance(value, dict):
        return value
    return {key: each for key, each in value.items() if each not in ("", "~", "null")}


Country = Annotated[str, AfterValidator(_country)]
SecretArn = Annotated[str, AfterValidator(_secret)]


class _ListedSender(SenderIdentity):
    """A sender identity of the list, checked."""

    identity: Annotated[str, StringConstraints(pattern=r"^[!-~]([ -~]*[!-~])?$", max_length=256)]
    countries: frozenset[Country] = frozenset()


class _ListedProvider(ProviderSpec):
    """A provider of the list, checked. Fields of other kinds than its own are refused."""

    model_config = ConfigDict(validate_default=True)
    ca_setting: ClassVar[str] = "ca_secret"
    proxy_setting: ClassVar[str] = "proxy"

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    token_secret: SecretArn = ""
    ca_secret: SecretArn = ""
    countries: frozenset[Country] = frozenset()
    weight: Annotated[int, Field(ge=0, le=100)] = 1
    price: Annotated[Decimal, Field(ge=0, le=1000, decimal_places=6)] | None = None
    max_price: Annotated[Decimal, Field(gt=0, lt=100, decimal_places=5)] | None = None
    senders: tuple[Annotated[_ListedSender, BeforeValidator(_filled)], ...] = ()

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str, info: ValidationInfo) -> str:
        if info.data.get("kind") is ProviderKind.HTTP:
            try:
                ProviderAddress.parse(url)
            except BadAddress as error:
                raise ValueError(str(error)) from None
        return url

    @field_validator("url", "token_secret", "ca_secret", "proxy", "max_price", "dry_run")
    @classmethod
    def _check_kind(cls, value: Any, info: ValidationInfo) -> Any:
        kind = ProviderKind.EUM if info.field_name in {"max_price", "dry_run"} else ProviderKind.HTTP
        if value and info.data.get("kind") not in {kind, None}:
            raise ValueError(f"only a provider of the kind {kind} has it")
        return value

    @field_validator("proxy")
    @classmethod
    def _check_proxy(cls, proxy: str) -> str:
        try:
            return parse_proxy(proxy, setting="proxy") if proxy else ""
        except BadConnection as error:
            raise ValueError(error.reason) from None

    @field_validator("operator_codes")
    @classmethod
    def _check_operator_codes(cls, codes: frozenset[str], info: ValidationInfo) -> frozenset[str]:
        if codes and len(info.data.get("countries", [""])) != 1:
            raise ValueError("need exactly one country in `countries`: the codes of two countries may be equal")
        if wrong := sorted(code for code in codes if not _OPERATOR_CODE.fullmatch(code)):
            raise ValueError(f"{wrong[0]} has not three digits")
        return codes

    @field_validator("senders")
    @classmethod
    def _check_senders(cls, senders: tuple[_ListedSender, ...], info: ValidationInfo) -> tuple[_ListedSender, ...]:
        kind = info.data.get("kind")
        if kind is ProviderKind.EUM and not senders:
            raise ValueError("must have at least one: AWS sends from a phone, a sender ID or a pool of yours")
        for sender in senders:
            if kind in _IDENTITIES and not _IDENTITIES[kind].fullmatch(sender.identity):
                raise ValueError(f"{sender.identity}: {_IDENTITY_RULES[kind]}")
        served: frozenset[str] = info.data.get("countries", frozenset())
        for sender in senders if served else ():
            if foreign := sorted(sender.countries - served):
                raise ValueError(f"{sender.identity}: the provider's `countries` have no {foreign[0]}")
        return senders


class _Document(BaseModel):
    """The whole list."""

    model_config = ConfigDict(extra="forbid", validate_default=True)

    providers: tuple[Annotated[_ListedProvider, BeforeValidator(_filled)], ...]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None

    @field_validator("providers")
    @classmethod
    def _check_names(cls, providers: tuple[_ListedProvider, ...]) -> tuple[_ListedProvider, ...]:
        if not providers:
            raise ValueError("must have at least one provider")
        names = Counter(provider.name for provider in providers)
        if twice := next((name for name, times in names.items() if times > 1), None):
            raise ValueError(f"two providers have the name {twice}")
        return providers

    @field_validator("currency")
    @classmethod
    def _check_currency(cls, currency: str | None, info: ValidationInfo) -> str | None:
        if currency is None and any(provider.price is not None for provider in info.data.get("providers", ())):
            raise ValueError("is missing: a provider has a price")
        return currency
