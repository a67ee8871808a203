"""What can be chosen about the local stack, each by the environment variable of its name in capitals."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from tooling import paths
from tooling.errors import BadSetting

Port = Annotated[int, Field(ge=1024, le=65535)]


class Settings(BaseSettings):
    """The choices, and where the stack keeps what it knows."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    local_dir: Path = Path(".local")
    ministack_port: Port = 4566
    postgres_port: Port = 55432
    provider_port: Port = 8025
    # "given": PostgreSQL, MiniStack and the stand-in are somebody else's to start and end, as of docker compose.
    servers: Literal["own", "given"] = "own"
    postgres_password: Annotated[str | None, Field(repr=False)] = None
    # The Docker network of docker-compose.yml, which `sam local` joins, and where it serves the API.
    docker_network: str = "notifications"
    sam_local_port: Port = 3000
    bind_host: str = "127.0.0.1"
    provider_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None

    @classmethod
    def read(cls) -> Self:
        """The settings from the environment, or BadSetting."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            raise BadSetting(f"{str(first['loc'][0]).upper()}={first['input']}: {first['msg']}") from error

    @property
    def state(self) -> Path:
        """The folder of everything that this stack writes."""
        return paths.ROOT / self.local_dir

    @property
    def aws_url(self) -> str:
        """Where AWS is."""
        return f"http://127.0.0.1:{self.ministack_port}"

    @property
    def stand_in_url(self) -> str:
        """Where the local stand-in for the provider is."""
        return f"http://127.0.0.1:{self.provider_port}"

    def log(self, name: str) -> Path:
        """The log of one of the stack's processes."""
        return self.state / "logs" / f"{name}.log"
