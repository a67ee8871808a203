"""Generated passwords and users of a stack, in a file readable by its owner only."""

import secrets
from typing import Self

from pydantic import BaseModel, Field

from local.settings import Settings
from notifications.contracts.enumerations import Role
from ops.users import new_password
from tooling import files

ADMIN = "admin@notifications.local"


class User(BaseModel):
    """A user of the local stack."""

    email: str
    role: str
    password: str = Field(default_factory=new_password)


class Secrets(BaseModel):
    """Secrets of one stack. The first user is the admin that `make up` creates."""

    database_password: str = Field(default_factory=lambda: secrets.token_hex(16))
    provider_token: str = Field(default_factory=lambda: secrets.token_hex(16))
    users: list[User] = Field(default_factory=lambda: [User(email=ADMIN, role=Role.admin.name)])

    @property
    def admin(self) -> User:
        """The admin that `make up` creates."""
        return self.users[0]

    def put_user(self, email: str, role: str) -> User:
        """Add a user, or change the role of an existing one, whose password stays."""
        user = next((user for user in self.users if user.email == email), None)
        if user is None:
            user = User(email=email, role=role)
            self.users.append(user)
        user.role = role
        return user

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Read the secrets of the stack; generate and save them for a new stack."""
        path = settings.state_dir / "secrets.json"
        if path.exists():
            return cls.model_validate_json(path.read_text())
        generated = cls()
        generated.save(settings)
        return generated

    def save(self, settings: Settings) -> None:
        """Write the secrets to their file."""
        files.write(settings.state_dir / "secrets.json", self.model_dump_json(indent=2))
