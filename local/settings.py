"""Settings of the local stack, each read from the environment variable of its name in capitals."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from local.errors import BadSetting
from tooling import paths

Port = Annotated[int, Field(ge=1024, le=65535)]


class Settings(BaseSettings):
    """Settings of one stack."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    # The folder of everything that the stack writes, below the checkout.
    local_dir: Path = Path(".local")
    ministack_port: Port = 4566
    postgres_port: Port = 55432
    provider_port: Port = 8025
    # "given": docker compose starts and stops PostgreSQL, MiniStack and the simulated provider.
    servers: Literal["own", "given"] = "own"
    # Of a given PostgreSQL.
    postgres_password: Annotated[str | None, Field(repr=False)] = None
    # The network of docker-compose.yml, which the containers of `sam local` join, and their port for the API.
    docker_network: str = "notifications"
    sam_local_port: Port = 3000
    # Where MiniStack listens.
    bind_host: str = "127.0.0.1"
    # A provider to send to in place of the simulated one.
    provider_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None

    @classmethod
    def read(cls) -> Self:
        """Read the settings from the environment, or raise BadSetting."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            raise BadSetting(f"{str(first['loc'][0]).upper()}={first['input']}: {first['msg']}") from error

    @property
    def state_dir(self) -> Path:
        """Path of the folder of everything that the stack writes."""
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
        """URL of the simulated provider."""
        return f"http://127.0.0.1:{self.provider_port}"
