"""Settings of the local stack, each read from the environment variable with its name in capitals."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from local.errors import BadSetting
from notifications.providers.address import BadAddress, ProviderAddress
from notifications.providers.catalog import BadCatalog
from notifications.providers.catalog.parsing import parse_catalog
from notifications.providers.connection import CA_SETTING, PROXY_SETTING, BadConnection, parse_proxy, trusting
from tooling import paths

# A message does not quote them: a URL may have a password.
_HIDDEN = frozenset({"provider_url", "provider_token", "provider_proxy", "postgres_password"})

Port = Annotated[int, Field(ge=1024, le=65535)]


def _provider_url(url: str) -> str:
    try:
        ProviderAddress.parse(url)
    except BadAddress as error:
        raise ValueError(str(error)) from error
    return url


def _provider_ca(file: Path) -> Path:
    try:
        trusting(file.read_text(errors="replace"), setting=CA_SETTING)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    except BadConnection as error:
        raise ValueError(error.reason) from error
    return file


def _providers(file: Path) -> Path:
    try:
        parse_catalog(file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot be read: {error}") from error
    except BadCatalog as error:
        raise ValueError(str(error)) from error
    return file


def _provider_proxy(url: str) -> str:
    if "@" in url:
        raise ValueError("has user:password@. Leave it out: anybody who may read the stack sees its parameters")
    try:
        return parse_proxy(url, setting=PROXY_SETTING)
    except BadConnection as error:
        raise ValueError(error.reason) from error


def _provider_token(token: SecretStr) -> SecretStr:
    if not re.fullmatch("[!-~]([ -~]*[!-~])?", token.get_secret_value()):
        raise ValueError("must be visible ASCII characters, with spaces only between them")
    return token


class Settings(BaseSettings):
    """Settings of one stack."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    # Folder, below the checkout, of all files that the stack writes.
    local_dir: Path = Path(".local")
    ministack_port: Port = 4566
    postgres_port: Port = 55432
    provider_port: Port = 8025
    # "given": docker compose starts and stops PostgreSQL, MiniStack and the provider simulator.
    servers: Literal["own", "given"] = "own"
    # Password of a PostgreSQL that docker compose starts.
    postgres_password: Annotated[str | None, Field(repr=False)] = None
    # Network of docker-compose.yml that containers of `sam local` join, and the port of their API.
    docker_network: str = "notifications"
    sam_local_port: Port = 3000
    # Address that MiniStack listens on.
    bind_host: str = "127.0.0.1"
    # URL of a provider to send to in place of the simulator.
    provider_url: Annotated[str, AfterValidator(_provider_url)] | None = None
    # Its token; the stack generates one for the simulator.
    provider_token: Annotated[SecretStr, AfterValidator(_provider_token)] | None = None
    # File with the certificates of the provider's private authority, and URL of a proxy in front of the provider.
    provider_ca: Annotated[Path, AfterValidator(_provider_ca)] | None = None
    provider_proxy: Annotated[str, AfterValidator(_provider_proxy)] | None = None
    # File with a list of several providers, in place of the settings above except the token.
    providers: Annotated[Path, AfterValidator(_providers)] | None = None

    @field_validator("providers")
    @classmethod
    def _exclude_the_only_provider(cls, providers: Path | None, info: ValidationInfo) -> Path | None:
        only = [name for name in ("provider_url", "provider_ca", "provider_proxy") if info.data.get(name)]
        if providers and only:
            raise ValueError(f"leave out {only[0].upper()}: each provider of the list has settings of its own")
        return providers

    @classmethod
    def read(cls) -> Self:
        """Read the settings from the environment, or raise BadSetting."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            shown = "" if name in _HIDDEN else f"={first['input']}"
            raise BadSetting(f"{name.upper()}{shown}: {first['msg']}") from None

    @property
    def state_dir(self) -> Path:
        """Path of the folder of all files that the stack writes."""
        return paths.ROOT / self.local_dir

    def log_file(self, name: str) -> Path:
        """Return the path of the log file of one of the stack's processes."""
        return self.state_dir / "logs" / f"{name}.log"

    @property
    def aws_url(self) -> str:
        """URL of MiniStack."""
        return f"http://127.0.0.1:{self.ministack_port}"

    @property
    def simulator_url(self) -> str:
        """URL of the provider simulator."""
        return f"http://127.0.0.1:{self.provider_port}"
