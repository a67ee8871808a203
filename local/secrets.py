"""Passwords and users of one stack, made once and kept in a file for its owner only."""

import json
import secrets
from typing import Self

from pydantic import BaseModel, Field

from local.processes import files
from local.settings import Settings
from notifications.contracts.enumerations import Role

ADMIN = "admin@notifications.local"


def password() -> str:
    """One that every policy takes: lower and upper case, a digit, a special character."""
    return f"{secrets.token_hex(12)}-Aa1"


class User(BaseModel):
    """Somebody who signs in."""

    email: str
    role: str
    password: str = Field(default_factory=password)


class Secrets(BaseModel):
    """What is generated."""

    database_password: str = Field(default_factory=lambda: secrets.token_hex(16))
    provider_token: str = Field(default_factory=lambda: secrets.token_hex(16))
    users: list[User] = Field(default_factory=lambda: [User(email=ADMIN, role=Role.admin.name)])

    @property
    def admin(self) -> User:
        """The first of the users, whom the stack itself made."""
        return self.users[0]

    def put_user(self, email: str, role: str) -> User:
        """The user with this role, new or known."""
        user = next((user for user in self.users if user.email == email), None)
        if user is None:
            user = User(email=email, role=role)
            self.users.append(user)
        user.role = role
        return user

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Those of the stack, made now when it is new."""
        path = settings.state / "secrets.json"
        if path.exists():
            return cls.model_validate_json(path.read_text())
        fresh = cls()
        fresh.save(settings)
        return fresh

    def save(self, settings: Settings) -> None:
        """Keep them."""
        files.write(settings.state / "secrets.json", json.dumps(self.model_dump(), indent=2))
